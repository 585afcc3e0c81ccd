/** Files of people at the real server: what reaches the model, and what an image that is none does. */

import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { PromptCall } from '../../../src/core/agent.ts';
import { inboxId, type ServerSessionId, serverMessageId } from '../../../src/core/ids.ts';
import { enclosed } from '../../../src/gateway/policy/words.ts';
import { partsOf } from '../../../src/gateway/runs/prompt-parts.ts';
import type { FileRow, NewFile, Piece } from '../../../src/store/types.ts';
import { answer, createWorld, eventually, type Running, ready, settled, start, type World } from './world.ts';

let world: World;
let running: Running;

beforeAll(async () => {
  world = await createWorld();
  running = start(world);
  await ready(running);
});
beforeEach(() => running.events.splice(0));
afterAll(async () => {
  await running.stop();
  await world.close();
});

const hex = () => randomBytes(10).toString('hex');

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, sum]);
}

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}

/** One red point. */
const png = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  chunk('IHDR', Uint8Array.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])),
  chunk('IDAT', deflateSync(Uint8Array.from([0, 255, 0, 0]))),
  chunk('IEND', new Uint8Array()),
]);
const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
const image = (bytes: Uint8Array, name = 'dot.png') => ({ name, mime: 'image/png', bytes });
const notes = { name: 'notes.md', mime: 'text/plain', bytes: Buffer.from('stream the édit\n') };
const broken = image(png.subarray(0, 30), 'broken.png');

/** As the gateway makes it of one message. */
async function callOf(
  text: string,
  files: readonly NewFile[],
  session?: ServerSessionId,
): Promise<PromptCall> {
  const id = session ?? (await running.agent.createSession(world.project, 'files', hex()));
  const ref = { session: id, directory: world.project };
  const named = files.map(({ name, mime, bytes }) => ({ name, mime, size: bytes.length }));
  const context = enclosed('earlier-in-this-thread', 'b', 'edit');
  const piece: Piece = { inbox: inboxId(1), message: 'm', text, files: named, context };
  const rows: FileRow[] = files.map((file, position) => ({ ...file, inbox: inboxId(1), position }));
  const stamp = hex();
  const name = (_: Piece, order: number) => `prt_${String(order).padStart(4, '0')}${stamp}`;
  const made = partsOf([piece], rows, [], name, () => 'b');
  return { ref, messageId: serverMessageId(`msg_${hex()}`), ...made };
}

async function send(call: PromptCall): Promise<string> {
  running.agent.track(call.ref, call.messageId);
  await running.agent.prompt(call);
  await settled(running, call.ref.session);
  return answer(running.events).text;
}

it('tells what each model takes', async () => {
  const { takes } = await running.agent.offers(world.project);
  expect(takes).toEqual({
    'demo/scripted': ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf'],
  });
});

it('an image, a text and a PDF arrive at the model under their names, once, however often they are sent', async () => {
  const files = [image(png), notes, { name: 'plan.pdf', mime: 'application/pdf', bytes: pdf }];
  const call = await callOf('what are these files', files);
  await running.agent.prompt(call);
  expect(await send(call)).toBe(
    [
      'I got 3 files:',
      '',
      `- \`dot.png\`: image/png, ${png.length} bytes`,
      `- \`notes.md\`: text/plain, ${notes.bytes.length} bytes`,
      `- \`plan.pdf\`: application/pdf, ${pdf.length} bytes`,
    ].join('\n'),
  );
  expect(JSON.stringify(running.events)).not.toContain(png.toString('base64'));
  expect(running.events).toContainEqual(
    expect.objectContaining({ type: 'prompt-seen', message: call.messageId }),
  );
});

it('files without a word of a person are a prompt, and what only the model reads is no word of theirs', async () => {
  const call = await callOf('', [notes]);
  expect(await send(call)).toContain('- `notes.md`: text/plain');
  const seen = running.events.find((event) => event.type === 'run-seen');
  expect(seen).toMatchObject({ byProgram: false, text: '[Attached text/plain: notes.md]' });
  const { prompts } = await running.agent.history.read(call.ref);
  expect(prompts.map(({ text }) => text)).toEqual(['[Attached text/plain: notes.md]']);
});

it('an image that cannot be decoded is found out before it is sent, and nothing is left of the question', async () => {
  const before = await running.agent.library.list(world.project);
  expect(await running.agent.reads(world.project, image(png))).toBe(true);
  expect(await running.agent.reads(world.project, broken)).toBe(false);
  expect(await running.agent.library.list(world.project)).toEqual(before);
});

it('one that is sent all the same ends its prompt with a sentence, and the session goes on', async () => {
  const call = await callOf('look', [broken]);
  running.agent.track(call.ref, call.messageId);
  await running.agent.prompt(call);
  await eventually(() =>
    expect(running.events).toContainEqual({
      type: 'session-failed',
      session: call.ref.session,
      failure: { kind: 'unknown', message: 'Image could not be decoded' },
    }),
  );
  running.events.splice(0);
  expect(await send(await callOf('echo well', [], call.ref.session))).toBe('well');
});
