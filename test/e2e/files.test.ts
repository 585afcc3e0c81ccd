/** Files from a thread to the real OpenCode: what arrives, and what the thread says of the rest. */
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { createAgent, createServerProcess } from '../../src/opencode/index.ts';
import { createWorld as createThread, openShared } from '../contract/gateway/world.ts';
import { createWorld as createServer } from '../contract/opencode/world.ts';
import { silent } from '../embedded.ts';

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

async function product() {
  const world = await createServer();
  closing.push(world.close);
  const shared = await openShared();
  closing.push(shared.close);
  const thread = createThread(shared.store, {
    settings: { projects: { api: { directory: world.project, server: 'main' } } },
  });
  const end = new AbortController();
  const process = createServerProcess(world.options);
  const done = process.run(end.signal);
  const agent = createAgent({
    server: thread.agent.server,
    endpoint: process.endpoint,
    directories: [world.project],
    clock: systemClock,
    log: silent,
  });
  const kernel = thread.start('one', shared.store, agent);
  closing.push(async () => {
    await kernel.stop();
    end.abort();
    await done;
  });
  // The first question to a directory sets it up, which takes its time on a busy machine.
  await vi.waitFor(() => agent.offers(world.project), { timeout: 90_000, interval: 50 });
  return thread;
}

const started: { thread?: Awaited<ReturnType<typeof product>> } = {};
const thread = () => started.thread ?? expect.unreachable();

beforeAll(async () => {
  started.thread = await product();
});

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** One red point. */
const png = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  chunk('IHDR', Uint8Array.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])),
  chunk('IDAT', deflateSync(Uint8Array.from([0, 255, 0, 0]))),
  chunk('IEND', new Uint8Array()),
]);

/** Sends it, and waits for what the agent says. */
async function send(
  text: string,
  files: Readonly<Record<string, Uint8Array>>,
  answer: string,
): Promise<void> {
  const { platform, receive } = thread();
  const attachments = Object.entries(files).map(([name, bytes]) => {
    platform.files.set(name, bytes);
    return { id: name, name, mime: 'application/octet-stream', size: bytes.length };
  });
  const message = `sent ${text}`;
  await receive({ type: 'message', message, text, addressed: true, attachments });
  const look = () => platform.screen().join('\n');
  await expect.poll(look, { timeout: 90_000, interval: 50 }).toContain(answer);
}

test('a caption, an image and a text arrive; what does not has its sentence; the session goes on', async () => {
  const files = {
    'dot.png': png,
    'notes.md': Buffer.from('# stream\n'),
    'broken.png': png.subarray(0, 30),
    'archive.zip': Buffer.from('PK\x03\x04\0\0'),
    'voice.ogg': Buffer.from('OggS\0\0'),
  };
  await send('what are these', files, 'text/plain, 9 bytes');
  const { platform } = thread();
  expect(platform.message('I got 2 files').content.markdown.split('\n')).toEqual([
    'I got 2 files:',
    '',
    `- \`dot.png\`: image/png, ${png.length} bytes`,
    '- `notes.md`: text/plain, 9 bytes',
  ]);
  expect(platform.message('archive.zip').content.markdown.split('  \n')).toEqual([
    '`archive.zip` was not passed on: the agent cannot read application/zip.',
    '`voice.ogg` was not passed on: the model demo/scripted takes no sound.',
    '`broken.png` was not passed on: it cannot be read as an image; it may be damaged.',
  ]);
  await send('echo and on it goes', {}, 'and on it goes');
});
