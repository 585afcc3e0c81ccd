/** The socket by which the command line talks to a running process. */
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { onAbort } from './abort.ts';
import { readLine, writeLine } from './line.ts';
import type { Log } from './log.ts';
import { socketPlace } from './socket-place.ts';

/** What the running process answers to a command of the CLI. Arguments and results are plain JSON. */
export type ControlCommands = Readonly<Record<string, (args: unknown) => Promise<unknown>>>;

export type ControlAnswer =
  | { readonly type: 'answered'; readonly value: unknown }
  /** It ran and failed, or is not known; the sentence says which. */
  | { readonly type: 'refused'; readonly reason: string }
  /** No process listens there. */
  | { readonly type: 'absent' };

/** Where a process with this data directory listens. */
export function controlPath(data: string): string {
  return join(data, 'control.sock');
}

const answerTimeoutMs = 10_000;

/**
 * Answers commands on a socket that only this user can open, one line of JSON each way, until aborted.
 * Throws `ConfigError` where another process answers there already.
 *
 * @param path where the socket file should lie; a path too long for a socket is moved, see `socketPlace`.
 */
export async function serveControl(
  path: string,
  commands: ControlCommands,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
): Promise<void> {
  const place = await socketPlace(path);
  await removeStale(place);
  const server = createServer((socket) => {
    serve(socket, commands).catch((error: unknown) => log.warn({ error }, 'control connection failed'));
  });
  await listen(server, place);
  await closed(server, signal);
}

/** Asks the process that listens at this path. Rejects where it listens but does not answer within 10 s. */
export async function askControl(path: string, command: string, args: unknown): Promise<ControlAnswer> {
  const socket = await open(await socketPlace(path));
  if (socket === undefined) return { type: 'absent' };
  try {
    writeLine(socket, { command, args });
    const answer = await readLine(socket, answerTimeoutMs);
    if (isRecord(answer) && typeof answer['error'] === 'string')
      return { type: 'refused', reason: answer['error'] };
    return { type: 'answered', value: isRecord(answer) ? answer['value'] : undefined };
  } finally {
    socket.destroy();
  }
}

async function serve(socket: Socket, commands: ControlCommands): Promise<void> {
  // The asker may go away while the command runs; the answer is then written to nobody.
  socket.on('error', () => socket.destroy());
  writeLine(socket, await reply(await readLine(socket, answerTimeoutMs), commands));
  socket.end();
}

async function reply(request: unknown, commands: ControlCommands): Promise<object> {
  const name = isRecord(request) ? String(request['command']) : '';
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) return { error: `The running process does not know the command "${name}".` };
  try {
    return { value: await command(isRecord(request) ? request['args'] : undefined) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** A socket file outlives a killed process; it is removed only where nobody answers. */
async function removeStale(place: string): Promise<void> {
  const socket = await open(place);
  if (socket !== undefined) {
    socket.destroy();
    throw new ConfigError(
      `Another Dragoman runs on the same data (it answers at ${place}). Stop it first, or give this one its own directory, e.g. DRAGOMAN_DATA=$HOME/.dragoman-2`,
    );
  }
  await rm(place, { force: true });
}

/** undefined: nobody listens there. */
function open(place: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(place);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
  });
}

function listen(server: Server, place: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(place, () => {
      server.off('error', reject);
      void chmod(place, 0o600).then(resolve, reject);
    });
  });
}

/** Node removes the socket file when the server closes. */
function closed(server: Server, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => server.close((error) => (error === undefined ? resolve() : reject(error)));
    onAbort(signal, stop);
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
