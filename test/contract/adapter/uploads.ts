import { expect, type TestContext, test } from 'vitest';
import type { MessageId, OutboundFile } from '../../../src/core/channel.ts';
import { ChannelError } from '../../../src/core/errors.ts';
import type { Uploads } from './file-rig.ts';
import { type ChannelUnderTest, type Reason, type Start, said } from './rig.ts';
import { createKeys, failing, poster, words } from './words.ts';

const reasons: readonly Reason[] = ['rate-limited', 'unavailable', 'gone', 'forbidden', 'rejected'];
const waitMs = 30_000;
const hostile =
  '@everyone <!channel> <@U1> <@&123> @ann_here /stop [x](javascript:alert(1)) ![p](https://evil.example/p.png)';
const patch =
  'diff --git a/src/date.ts b/src/date.ts\n--- a/src/date.ts\n+++ b/src/date.ts\n@@ -1 +1 @@\n-local\n+utc\n';

/** Files of the agent. */
export function uploadsContract(start: Start): void {
  test('the data say whether it takes files', async () => {
    const { capabilities, upload } = (await start()).adapter();
    expect(capabilities.uploads === 'none').toBe(upload === undefined);
    if (capabilities.uploads !== 'none') expect(capabilities.uploads.maxBytes).toBeGreaterThan(1_000_000);
  });

  test('a file is seen with its name, its size and what it is', async (context) => {
    const channel = await start();
    const id = await uploader(channel, context)(file({ markdown: 'What **changed** in `src/date.ts`' }));
    const seen = await shown(channel, id);
    expect(seen).toMatchObject({ by: 'agent', files: [{ name: 'fix-date.patch', size: patch.length }] });
    expect(seen?.text).toContain('changed');
    expect(seen?.text).toContain('src/date.ts');
    expect(seen?.text).not.toContain('**');
  });

  test('people save exactly the bytes that were given', async (context) => {
    const channel = await start();
    const upload = uploader(channel, context);
    const { thread } = channel.places;
    const every = Uint8Array.from({ length: 1024 }, (_, n) => n % 256);
    const id = await upload(file({ name: 'every.bin', mime: 'application/octet-stream', bytes: every }));
    expect([...(await uploads(channel, context).bytes(thread, id, 'every.bin'))]).toEqual([...every]);
  });

  test('text that is not of ASCII keeps its signs', async (context) => {
    const channel = await start();
    const bytes = new TextEncoder().encode('Ä 界 \u{1F600}\n');
    const id = await uploader(channel, context)(file({ bytes, name: 'signs.txt', mime: 'text/plain' }));
    const saved = await uploads(channel, context).bytes(channel.places.thread, id, 'signs.txt');
    expect(new TextDecoder().decode(saved)).toBe('Ä 界 \u{1F600}\n');
  });

  test('files stand among messages in the order of their posts', async (context) => {
    const channel = await start();
    const upload = uploader(channel, context);
    const post = poster(channel);
    const ids = [
      await post(words('above')),
      await upload(file()),
      await upload(file()),
      await post(words('below')),
    ];
    const all = await channel.platform.screen(channel.places.thread);
    expect(all.slice(-4).map(({ id }) => id)).toEqual(ids);
  });

  test('each thread has its own files', async (context) => {
    const channel = await start();
    const { thread, other } = channel.places;
    const adapter = channel.adapter();
    if (adapter.upload === undefined) return context.skip('the adapter cannot post files');
    await Promise.all([
      adapter.upload(thread, file({ name: 'here.patch' }), 'key-1'),
      adapter.upload(other, file({ name: 'there.patch' }), 'key-2'),
    ]);
    const names = async (address: typeof thread) =>
      (await channel.platform.screen(address)).flatMap(({ files = [] }) => files.map(({ name }) => name));
    expect([await names(thread), await names(other)]).toEqual([['here.patch'], ['there.patch']]);
  });

  test('a file can belong to a message of a person', async (context) => {
    const channel = await start();
    const { message } = await said(channel, 'thread', 'the diff, please');
    const upload = uploader(channel, context);
    const ids = [await upload(file({ replyTo: message })), await upload(file({ replyTo: '424242' }))];
    expect((await shown(channel, ids[0]))?.files).toHaveLength(1);
    expect((await shown(channel, ids[1]))?.files).toHaveLength(1);
  });

  test('neither what a file is nor its name does more than be read', async (context) => {
    const channel = await start();
    const id = await uploader(channel, context)(file({ markdown: hostile, name: '@everyone.txt' }));
    expect(await channel.platform.minted(channel.places.thread, id)).toEqual([]);
  });

  test('a file that is silent makes no sound, and one that is not does', async (context) => {
    const channel = await start();
    const { notice } = channel.platform;
    if (notice === undefined) return context.skip('the platform makes no sounds');
    const upload = uploader(channel, context);
    const { thread } = channel.places;
    expect(notice(thread, await upload(file()))).toEqual({ silent: true, named: [] });
    expect(notice(thread, await upload(file({ silent: false })))).toEqual({ silent: false, named: [] });
  });

  test('the longest text and the largest file that the data allow are taken', async (context) => {
    const channel = await start();
    const upload = uploader(channel, context);
    const { measure, uploads: most } = channel.adapter().capabilities;
    if (most === 'none') return context.skip('the adapter cannot post files');
    // Where more than this is allowed, the rest would only cost time.
    const bytes = new Uint8Array(Math.min(most.maxBytes, 10 * 1024 * 1024)).fill(120);
    let markdown = '';
    while (measure(`${markdown}word `) <= 497) markdown += 'word ';
    const id = await upload(file({ bytes, markdown: `${markdown}end` }));
    const seen = await shown(channel, id);
    expect(seen?.files?.map(({ size }) => size)).toEqual([bytes.length]);
    expect(seen?.text).toContain('word end');
  });

  test('a file of ours is not told to us', async (context) => {
    const channel = await start();
    await uploader(channel, context)(file());
    const { author } = await said(channel, 'thread', 'after that');
    expect(new Set(channel.gateway.events.map((event) => event.author.id))).toEqual(new Set([author.id]));
  });

  test('a file that was posted can be taken away', async (context) => {
    const channel = await start();
    const adapter = channel.adapter();
    if (adapter.remove === undefined) return context.skip('the adapter cannot take messages away');
    const id = await uploader(channel, context)(file());
    await adapter.remove(channel.places.thread, id);
    await adapter.remove(channel.places.thread, id);
    expect(await shown(channel, id)).toBeUndefined();
  });

  for (const reason of reasons) {
    test(`a file that cannot be posted says what can be done: ${reason}`, async (context) => {
      const channel = await start();
      const upload = uploader(channel, context);
      const refuse = uploads(channel, context).refuse[reason];
      if (refuse === undefined) return context.skip(`the platform never refuses a file so: ${reason}`);
      refuse(waitMs);
      const error = await failing(upload(file({ markdown: 'what nobody should read in a log' })));
      expect(error.failure).toEqual(
        reason === 'rate-limited' ? { reason, retryAfterMs: waitMs } : { reason },
      );
      const told = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
      for (const secret of [...channel.platform.secrets, 'nobody should read'])
        expect(told).not.toContain(secret);
    });
  }

  test('after a file was refused the next one is posted as if nothing had been', async (context) => {
    const channel = await start();
    const upload = uploader(channel, context);
    const refuse = uploads(channel, context).refuse.unavailable;
    if (refuse === undefined) return context.skip('the platform never refuses a file so: unavailable');
    refuse(waitMs);
    await failing(upload(file({ name: 'lost.patch' })));
    const id = await upload(file({ name: 'found.patch' }));
    expect((await shown(channel, id))?.files).toMatchObject([{ name: 'found.patch' }]);
  });

  test('a file whose answer was lost is there once, where it can be found or recognised', async (context) => {
    const channel = await start();
    const adapter = channel.adapter();
    const { thread } = channel.places;
    const { loseAnswer } = uploads(channel, context);
    if (adapter.upload === undefined) return context.skip('the adapter cannot post files');
    if (loseAnswer === undefined) return context.skip('no answer can be lost on the way');
    if (adapter.find === undefined && !adapter.capabilities.recognisesRepeatedPost)
      return context.skip('the platform neither recognises a repeated post nor can be asked for it');
    loseAnswer();
    const first = await adapter.upload(thread, file(), 'key-1').catch((error: unknown) => {
      if (error instanceof ChannelError && error.failure.reason === 'unavailable') return undefined;
      throw error;
    });
    const id =
      first ?? (await adapter.find?.(thread, 'key-1')) ?? (await adapter.upload(thread, file(), 'key-1'));
    const all = (await channel.platform.screen(thread)).filter(({ files = [] }) => files.length > 0);
    expect(all.map((seen) => seen.id)).toEqual([id]);
  });

  test('a file that was posted twice with one key is one, where the data say so', async (context) => {
    const channel = await start();
    const adapter = channel.adapter();
    if (adapter.upload === undefined) return context.skip('the adapter cannot post files');
    if (!adapter.capabilities.recognisesRepeatedPost)
      return context.skip('the platform does not recognise a repeated post');
    const { thread } = channel.places;
    const id = await adapter.upload(thread, file(), 'key-1');
    expect(await adapter.upload(thread, file(), 'key-1')).toBe(id);
    const all = (await channel.platform.screen(thread)).filter(({ files = [] }) => files.length > 0);
    expect(all).toHaveLength(1);
  });

  test('a file can be found by its key', async (context) => {
    const channel = await start();
    const adapter = channel.adapter();
    if (adapter.upload === undefined) return context.skip('the adapter cannot post files');
    if (adapter.find === undefined) return context.skip('the platform cannot be asked for earlier posts');
    const { thread, other } = channel.places;
    const id = await adapter.upload(thread, file(), 'key-1');
    await channel.halt();
    await channel.begin();
    expect(await channel.adapter().find?.(thread, 'key-1')).toBe(id);
    expect(await channel.adapter().find?.(other, 'key-1')).toBeUndefined();
  });
}

function file(changes: Partial<OutboundFile> = {}): OutboundFile {
  return {
    name: 'fix-date.patch',
    mime: 'text/x-diff',
    bytes: new TextEncoder().encode(patch),
    markdown: 'The changes',
    silent: true,
    ...changes,
  };
}

/** Posts files into the first thread, each with a key of its own. */
function uploader(channel: ChannelUnderTest, context: TestContext) {
  if (channel.adapter().upload === undefined) return context.skip('the adapter cannot post files');
  const key = createKeys();
  return async (one: OutboundFile): Promise<MessageId> => {
    const adapter = channel.adapter();
    if (adapter.upload === undefined) throw new Error('it can no longer post files');
    return adapter.upload(channel.places.thread, one, `file-${key()}`);
  };
}

function uploads({ platform }: ChannelUnderTest, context: TestContext): Uploads {
  if (platform.uploads === undefined) return context.skip('the rig looks into no files');
  return platform.uploads;
}

async function shown({ platform, places }: ChannelUnderTest, id: MessageId | undefined) {
  return (await platform.screen(places.thread)).find((one) => one.id === id);
}
