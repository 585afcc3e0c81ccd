import { expect, type TestContext, test } from 'vitest';
import type { Attachment } from '../../../src/core/channel.ts';
import type { SentFile, Serving } from './file-rig.ts';
import { arrived, type ChannelUnderTest, type Place, type Start, said } from './rig.ts';
import { failing, poster, words } from './words.ts';

const megabyte = 1024 * 1024;
const every = Uint8Array.from({ length: 256 }, (_, n) => n);
const bytesOf = (text: string) => new TextEncoder().encode(text);
const notes: SentFile = { name: 'notes.txt', mime: 'text/plain', bytes: bytesOf('five!') };
const photo: SentFile = { name: 'photo.png', mime: 'image/png', bytes: every };
const report: SentFile = {
  name: 'report.pdf',
  mime: 'application/pdf',
  bytes: bytesOf('%PDF-1.7 not a real one'),
};

/** Files that people send, and their bytes. */
export function downloadsContract(start: Start): void {
  test('several files with one message are one event, in their order', async (context) => {
    const channel = await start();
    await send(channel, context, 'please read these', [notes, report, photo]);
    const event = await arrived(channel, 'message', ({ text }) => text === 'please read these');
    expect(event.attachments?.map(({ name, mime, size }) => [name, mime, size])).toEqual(
      [notes, report, photo].map(({ name, mime, bytes }) => [name, mime, bytes.length]),
    );
    expect(new Set(event.attachments?.map(({ id }) => id)).size).toBe(3);
    await said(channel, 'thread', 'after them');
    expect(withFiles(channel)).toHaveLength(1);
  });

  test('a file can come without a word', async (context) => {
    const channel = await start();
    const [file] = await sent(channel, context, [notes], '');
    expect(file).toMatchObject({ name: 'notes.txt', size: 5 });
    expect(withFiles(channel).map(({ text }) => text)).toEqual(['']);
  });

  test('a file that is sent in private comes as well', async (context) => {
    const channel = await start();
    if (channel.places.rooms.private === undefined) return context.skip('it has no private chats');
    await send(channel, context, 'between us', [notes], 'private');
    const event = await arrived(channel, 'message', ({ text }) => text === 'between us');
    expect(event).toMatchObject({ room: 'private', attachments: [{ name: 'notes.txt' }] });
  });

  test('a message that brings no file says so by nothing', async () => {
    const channel = await start();
    expect((await said(channel, 'thread', 'only words')).attachments ?? []).toEqual([]);
  });

  test('a message with files that comes twice is one event', async (context) => {
    const channel = await start();
    if (channel.people.repeatNext === undefined) return context.skip('nothing repeats a message there');
    channel.people.repeatNext();
    await sent(channel, context, [notes, photo]);
    await said(channel, 'thread', 'after it');
    expect(new Set(withFiles(channel).map(({ id }) => id)).size).toBe(1);
  });

  test('what is told of a file is plain, and holds no secret and no address', async (context) => {
    const channel = await start();
    const files = await sent(channel, context, [notes, photo]);
    expect(JSON.parse(JSON.stringify(files))).toEqual(files);
    for (const secret of channel.platform.secrets) expect(JSON.stringify(files)).not.toContain(secret);
    expect(files.map(({ id }) => id).join(' ')).not.toMatch(/https?:/);
  });

  test('the bytes of each file come as they were sent', async (context) => {
    const channel = await start();
    const files = await sent(channel, context, [notes, photo]);
    const bytes = [];
    for (const file of files) bytes.push(await download(channel, file));
    expect(bytes.map((each) => [...each])).toEqual([[...notes.bytes], [...every]]);
  });

  test('the bytes come as often as they are asked for, also at once', async (context) => {
    const channel = await start();
    const [file] = await sent(channel, context, [photo]);
    const all = await Promise.all([file, file, file].map((each) => download(channel, each)));
    expect(all.map((each) => [...each])).toEqual([[...every], [...every], [...every]]);
  });

  test('the bytes come after a new beginning', async (context) => {
    const channel = await start();
    const [file] = await sent(channel, context, [photo]);
    await channel.halt();
    await channel.begin();
    expect([...(await download(channel, file))]).toEqual([...every]);
  });

  test('a file of exactly the limit is taken, and one byte more is not', async (context) => {
    const channel = await start();
    const [file] = await sent(channel, context, [photo]);
    expect(await download(channel, file, 256)).toHaveLength(256);
    expect((await failing(download(channel, file, 255))).failure.reason).toBe('rejected');
  });

  test('a file over the limit is not read whole, whatever size was told', async (context) => {
    const channel = await start();
    const large: SentFile = {
      name: 'large.bin',
      mime: 'application/octet-stream',
      bytes: new Uint8Array(9 * megabyte),
    };
    const [file] = await sent(channel, context, [large]);
    const served = () => channel.platform.downloads?.served?.() ?? 0;
    const before = served();
    const lying = { ...file, size: 5 };
    expect((await failing(download(channel, lying, 1000))).failure.reason).toBe('rejected');
    expect(served() - before).toBeLessThan(large.bytes.length);
  });

  test('bytes that never end are rejected as soon as there are too many', async (context) => {
    const channel = await start();
    const [file] = await sent(channel, context, [notes]);
    await serve(channel, context, 'endless');
    expect((await failing(download(channel, file, 100_000))).failure.reason).toBe('rejected');
  });

  test('a file that was taken away is gone', async (context) => {
    const channel = await start();
    const [file] = await sent(channel, context, [notes]);
    await serve(channel, context, 'gone');
    expect((await failing(download(channel, file))).failure.reason).toBe('gone');
  });

  test('bytes that break off are no file', async (context) => {
    const channel = await start();
    const [file] = await sent(channel, context, [photo]);
    await serve(channel, context, 'cut');
    expect((await failing(download(channel, file))).failure.reason).toBe('unavailable');
    expect([...(await download(channel, file))]).toEqual([...every]);
  });

  test('a download that hangs ends when it is aborted', async (context) => {
    const channel = await start();
    const [file] = await sent(channel, context, [notes]);
    await serve(channel, context, 'hangs');
    const stop = new AbortController();
    const outcome = settled(download(channel, file, megabyte, stop.signal));
    setTimeout(() => stop.abort(), 50);
    expect(await outcome).toBe('rejected');
  });

  test('a download that is aborted before it begins yields nothing', async (context) => {
    const channel = await start();
    const [file] = await sent(channel, context, [notes]);
    expect(await settled(download(channel, file, megabyte, AbortSignal.abort()))).toBe('rejected');
  });

  test('bytes that are on a host of others are not fetched', async (context) => {
    const channel = await start();
    const [file] = await sent(channel, context, [notes]);
    await serve(channel, context, 'elsewhere');
    const { reason } = (await failing(download(channel, file))).failure;
    expect(['rejected', 'forbidden', 'gone']).toContain(reason);
    expect(channel.platform.downloads?.strays?.()).toBe(0);
  });

  test('an id that is none of ours yields nothing', async (context) => {
    const channel = await start();
    const [file] = await sent(channel, context, [notes]);
    for (const id of [
      '',
      'nothing',
      '../../etc/passwd',
      'https://evil.example/x',
      '{"url":"file:///etc/passwd"}',
    ]) {
      const { reason } = (await failing(download(channel, { ...file, id }))).failure;
      expect(['rejected', 'gone'], id).toContain(reason);
    }
  });

  test('a file that answers a message says which', async (context) => {
    const channel = await start();
    if (channel.people.replies === false) return context.skip('a message there cannot answer another one');
    const replyTo = await poster(channel)(words('Which file?'));
    await sendable(channel, context)('thread', 'this one', [notes], { replyTo });
    const event = await arrived(channel, 'message', ({ text }) => text === 'this one');
    expect(event).toMatchObject({ replyTo, attachments: [{ name: 'notes.txt' }] });
  });
}

function sendable({ people }: ChannelUnderTest, context: TestContext) {
  if (people.send === undefined) return context.skip('people cannot send files');
  return people.send;
}

async function send(
  channel: ChannelUnderTest,
  context: TestContext,
  text: string,
  files: readonly SentFile[],
  place: Place = 'thread',
): Promise<void> {
  await sendable(channel, context)(place, text, files);
}

/** A person sends files, and they arrive. */
async function sent(
  channel: ChannelUnderTest,
  context: TestContext,
  files: readonly SentFile[],
  text = 'see the files',
): Promise<readonly [Attachment, ...Attachment[]]> {
  await send(channel, context, text, files);
  const event = await arrived(channel, 'message', (one) => one.attachments?.length === files.length);
  const [first, ...rest] = event.attachments ?? [];
  if (first === undefined) throw new Error('no file came');
  return [first, ...rest];
}

function withFiles({ gateway }: ChannelUnderTest) {
  return gateway.events.flatMap((event) =>
    event.type === 'message' && event.attachments !== undefined ? [event] : [],
  );
}

function download(
  channel: ChannelUnderTest,
  file: Attachment,
  maxBytes = 10 * megabyte,
  signal = new AbortController().signal,
): Promise<Uint8Array> {
  const adapter = channel.adapter();
  if (adapter.download === undefined) throw new Error('files come, and cannot be downloaded');
  return adapter.download(file, maxBytes, signal);
}

async function serve({ platform }: ChannelUnderTest, context: TestContext, how: Serving): Promise<void> {
  const set = platform.downloads?.serve[how];
  if (set === undefined) context.skip(`the bytes of a file cannot come so there: ${how}`);
  await set?.();
}

function settled(call: Promise<unknown>): Promise<'resolved' | 'rejected'> {
  return call.then(
    () => 'resolved' as const,
    () => 'rejected' as const,
  );
}
