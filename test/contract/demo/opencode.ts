/** A real OpenCode server and a bare client of its HTTP API, for looking at what it makes of the scripted model. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

const binary = resolve('node_modules/opencode-ai/bin/opencode.exe');

export interface OpenCode {
  readonly url: string;
  readonly events: readonly ServerEvent[];
  /** kill -9, as a crash does it. */
  kill(): Promise<void>;
}

export interface ServerEvent {
  readonly type: string;
  readonly properties: { readonly sessionID?: string; readonly status?: { readonly type: string } };
}

export interface ToolState {
  readonly status: string;
  readonly input: Record<string, unknown>;
  readonly output?: string;
  readonly error?: string;
  readonly metadata?: Record<string, unknown>;
}

export interface MessagePart {
  readonly type: string;
  readonly text?: string;
  readonly tool?: string;
  readonly state?: ToolState;
}

export interface Message {
  readonly info: {
    readonly id: string;
    readonly role: string;
    readonly parentID?: string;
    readonly time: { readonly completed?: number };
    readonly finish?: string;
    readonly error?: { readonly name: string; readonly data: { readonly message: string } };
  };
  readonly parts: readonly MessagePart[];
}

/** Polls until there is something, and fails with what was waited for. */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited 30 s in vain for ${what}`);
    await delay(20);
  }
}

export async function startOpenCode(directory: string, env: Record<string, string>): Promise<OpenCode> {
  const port = await freePort();
  const args = ['serve', '--hostname', '127.0.0.1', '--port', `${port}`];
  const child = spawn(binary, args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  const stop = new AbortController();
  const events: ServerEvent[] = [];
  let following: Promise<void> = Promise.resolve();
  const kill = async () => {
    stop.abort();
    child.kill('SIGKILL');
    await Promise.all([exited, following]);
  };
  try {
    const url = await listening(child.stdout);
    await until('health', () => healthy(url));
    following = follow(url, events, stop.signal);
    const connected = () => events.find((event) => event.type === 'server.connected');
    await Promise.race([until('the event stream', connected), following]);
    return { url, events, kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

function listening(stdout: Readable): Promise<string> {
  let printed = '';
  stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  return until('the listening line', () => /listening on (http:\S+)/.exec(printed)?.[1]);
}

/** A new one for each start: fetch would reuse connections to a server of the same port that was killed. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** A server that boots accepts connections which it never answers. */
async function healthy(url: string): Promise<true | undefined> {
  try {
    const response = await fetch(`${url}/global/health`, { signal: AbortSignal.timeout(1000) });
    return response.ok ? true : undefined;
  } catch (error) {
    if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError'))
      return undefined;
    throw error;
  }
}

async function follow(url: string, events: ServerEvent[], signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch(`${url}/global/event`, { signal });
    let rest = '';
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks)
        events.push(JSON.parse(block.replace(/^data: /, '')).payload as ServerEvent);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** One session, and a person who answers its requests. */
export interface Conversant {
  readonly session: string;
  /** Sends a prompt and resolves when the server is done with it; the messages that answer it. */
  ask(text: string, answers?: Answers): Promise<readonly Message[]>;
  /** Sends a prompt only. The same id again is the same prompt. */
  send(text: string, id: string): Promise<void>;
  /** What the server has, once the prompt with this id is answered to the end. */
  settled(id: string, answers?: Answers): Promise<readonly Message[]>;
}

export interface Answers {
  permission?(asked: Asked): { reply: 'once' | 'reject'; message?: string };
  question?(asked: Asked): { answers: string[][] };
}

export async function openSession(server: OpenCode, directory: string): Promise<Conversant> {
  const call = caller(server.url, directory);
  const created = await call<{ id: string }>('POST', '/session', { title: 'A test' });
  return converse(server, directory, created.id);
}

interface Asked extends Record<string, unknown> {
  readonly id: string;
}

export function converse(server: OpenCode, directory: string, session: string): Conversant {
  const call = caller(server.url, directory);
  const done = new Set<string>();

  async function reply(kind: 'permission' | 'question', answerTo: ((asked: Asked) => unknown) | undefined) {
    if (!answerTo) return;
    for (const asked of await call<readonly Asked[]>('GET', `/${kind}`)) {
      if (done.has(asked.id)) continue;
      done.add(asked.id);
      await call('POST', `/${kind}/${asked.id}/reply`, answerTo(asked));
    }
  }

  async function look(id: string): Promise<readonly Message[] | undefined> {
    const busy = await call<Record<string, unknown>>('GET', '/session/status');
    if (busy[session]) return undefined;
    const messages = await call<readonly Message[]>('GET', `/session/${session}/message`);
    const mine = messages.filter((message) => message.info.parentID === id);
    return mine.at(-1)?.info.time.completed ? mine : undefined;
  }

  const send = (text: string, id: string) =>
    call<void>('POST', `/session/${session}/prompt_async`, {
      messageID: id,
      model: { providerID: 'demo', modelID: 'scripted' },
      agent: 'build',
      parts: [{ id: id.replace('msg_', 'prt_'), type: 'text', text }],
    });

  const settled = (id: string, answers: Answers = {}) =>
    until(`the end of the answer to ${id}`, async () => {
      await reply('permission', answers.permission);
      await reply('question', answers.question);
      return look(id);
    });

  return {
    session,
    send,
    settled,
    async ask(text, answers) {
      const id = promptId();
      await send(text, id);
      return settled(id, answers);
    },
  };
}

export function promptId(): string {
  return `msg_${randomUUID().replaceAll('-', '')}`;
}

function caller(url: string, directory: string) {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-opencode-directory': encodeURIComponent(directory) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
}

/** What a person would see of an answer: texts as they are, tools in a line, failures. */
export function shown(messages: readonly Message[], directory: string): string {
  const lines = messages.flatMap((message) => [
    ...message.parts.flatMap((part) => {
      if (part.type === 'text') return [part.text ?? ''];
      if (part.type !== 'tool' || !part.state) return [];
      return [`[${part.tool} ${part.state.status}] ${subject(part.state)}`];
    }),
    ...(message.info.error ? [`! ${message.info.error.name}: ${message.info.error.data.message}`] : []),
  ]);
  // The columns of wc differ from system to system.
  return lines
    .join('\n')
    .replaceAll(directory, '/project')
    .replaceAll(/^ +(?=\d)/gm, '');
}

function subject(state: ToolState): string {
  const { command, filePath, description, todos, questions } = state.input;
  if (Array.isArray(todos)) return todos.map((todo) => marks[todo.status as keyof typeof marks]).join(' ');
  if (Array.isArray(questions)) return questions.map((asked) => asked.header).join(', ');
  return String(command ?? filePath ?? description ?? '');
}

const marks = { pending: '[ ]', in_progress: '[>]', completed: '[x]' };
