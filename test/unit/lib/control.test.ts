import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askControl, type ControlCommands, serveControl } from '../../../src/lib/control.ts';
import { createLog } from '../../../src/lib/log.ts';
import { socketPlace } from '../../../src/lib/socket-place.ts';

const log = createLog({ level: 'error', secrets: [], form: 'json' });
const commands: ControlCommands = {
  status: async (args) => ({ asked: args, connected: true }),
  broken: () => Promise.reject(new Error('the database is away')),
};

const place = { directory: '' };
beforeEach(async () => {
  place.directory = await mkdtemp(join(tmpdir(), 'dragoman-control-'));
});
afterEach(() => rm(place.directory, { recursive: true }));

/** Serves at the path while `during` runs. */
async function serving<T>(path: string, during: () => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const done = serveControl(path, commands, { signal: stop.signal, log });
  try {
    await expect
      .poll(() => Promise.race([done, askControl(path, 'status', null)]))
      .toMatchObject({ type: 'answered' });
    return await during();
  } finally {
    stop.abort();
    await done;
  }
}

test('a command is answered, one that fails or is unknown is refused with a sentence', async () => {
  const path = join(place.directory, 'control.sock');
  await serving(path, async () => {
    expect(await askControl(path, 'status', { json: true })).toEqual({
      type: 'answered',
      value: { asked: { json: true }, connected: true },
    });
    expect(await askControl(path, 'broken', {})).toEqual({ type: 'refused', reason: 'the database is away' });
    expect(await askControl(path, 'toString', {})).toEqual({
      type: 'refused',
      reason: 'The running process does not know the command "toString".',
    });
  });
  expect(await askControl(path, 'status', {})).toEqual({ type: 'absent' });
});

test('only this user can open the socket', async () => {
  const path = join(place.directory, 'control.sock');
  await serving(path, async () => expect((await stat(path)).mode & 0o777).toBe(0o600));
});

test('a file left by a killed process is replaced; a process that answers is not', async () => {
  const path = join(place.directory, 'control.sock');
  await writeFile(path, '');
  await serving(path, async () => {
    await expect(serveControl(path, commands, { signal: new AbortController().signal, log })).rejects.toThrow(
      'Another Dragoman runs on the same data',
    );
    expect((await askControl(path, 'status', {})).type).toBe('answered');
  });
});

test('one who listens and hangs up is an error, not an absence', async () => {
  const path = join(place.directory, 'control.sock');
  const server = createServer((socket) => socket.once('data', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await expect(askControl(path, 'status', {})).rejects.toThrow('closed before a whole line');
  await new Promise((resolve) => server.close(resolve));
});

test('a path that is too long for a socket is moved to one that is not, the same for both sides', async () => {
  const path = join(place.directory, 'd'.repeat(120), 'control.sock');
  const moved = await socketPlace(path);
  expect(Buffer.byteLength(moved)).toBeLessThan(100);
  await serving(path, async () => expect((await stat(moved)).isSocket()).toBe(true));
});
