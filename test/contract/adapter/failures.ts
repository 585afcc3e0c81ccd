import { expect, type TestContext, test } from 'vitest';
import type { MessageId, OutboundMessage } from '../../../src/core/channel.ts';
import { ChannelError } from '../../../src/core/errors.ts';
import { type ChannelUnderTest, type Reason, type Start, texts } from './rig.ts';
import { createKeys, failing, poster, words } from './words.ts';

const reasons: readonly Reason[] = [
  'rate-limited',
  'unavailable',
  'gone',
  'forbidden',
  'rejected',
  'unknown',
];
const waitMs = 30_000;

/** What a platform refuses, and what it leaves in doubt. */
export function failuresContract(start: Start): void {
  for (const reason of reasons) {
    test(`a post that fails says what can be done: ${reason}`, async (context) => {
      const channel = await start();
      const refuse = refusalOf(channel, reason, context);
      refuse(waitMs);
      const error = await failing(poster(channel)(words('a text that nobody should read in a log')));
      check(channel, error, reason);
    });

    test(`an edit that fails says what can be done: ${reason}`, async (context) => {
      const channel = await start();
      const refuse = refusalOf(channel, reason, context);
      const id = await poster(channel)(words('before'));
      refuse(waitMs);
      const { thread } = channel.places;
      const edit = channel.adapter().edit(thread, id, words('a text that nobody should read in a log'));
      check(channel, await failing(edit), reason);
    });
  }

  for (const status of [200, 403, 404, 410, 502]) {
    test(`a page with status ${status} where the platform's answer is due decides nothing`, async (context) => {
      const channel = await start();
      const { answerWithPage } = channel.platform;
      if (answerWithPage === undefined) return context.skip('nothing stands between us and the platform');
      const { thread } = channel.places;
      answerWithPage(status);
      const id = await postAsTheGatewayDoes(channel, words('before'));
      answerWithPage(status);
      const edit = () => channel.adapter().edit(thread, id, words('after'));
      expect((await failing(edit())).failure).toEqual({ reason: 'unavailable' });
      await edit();
      expect((await texts(channel, thread)).slice(-1)).toEqual(['after']);
    });
  }

  test('a wait that is told in the body only is kept, and a page that says nothing of it is waited for a while', async (context) => {
    const channel = await start();
    const { limitInBody, answerWithPage } = channel.platform;
    if (limitInBody === undefined || answerWithPage === undefined)
      return context.skip('the platform asks nobody to wait so');
    const post = () => failing(poster(channel)(words('late')));
    limitInBody(7000);
    expect((await post()).failure).toEqual({ reason: 'rate-limited', retryAfterMs: 7000 });
    answerWithPage(429);
    const { failure } = await post();
    if (failure.reason !== 'rate-limited') throw new Error(`it is told as ${failure.reason}`);
    expect(failure.retryAfterMs).toBeGreaterThanOrEqual(1000);
  });

  test('a thread that has to wait holds up no other', async (context) => {
    const channel = await start();
    const refuse = refusalOf(channel, 'rate-limited', context);
    const { thread, other } = channel.places;
    const post = poster(channel);
    // Longer than any test may last.
    refuse(3_600_000);
    await failing(post(words('late'), thread));
    await post(words('in time'), other);
    expect(await texts(channel, other)).toContain('in time');
  });

  test('after a failure the next call is made as if nothing had been', async (context) => {
    const channel = await start();
    const refuse = refusalOf(channel, 'unavailable', context);
    const post = poster(channel);
    refuse(waitMs);
    await failing(post(words('lost')));
    await post(words('found'));
    expect((await texts(channel, channel.places.thread)).slice(-1)).toEqual(['found']);
  });

  test('a post whose answer was lost leaves one text', async (context) => {
    const channel = await start();
    const { platform, places } = channel;
    if (platform.loseAnswer === undefined) return context.skip('no answer can be lost on the way');
    platform.loseAnswer('post');
    await postAsTheGatewayDoes(channel, words('only once'));
    const all = await texts(channel, places.thread);
    expect(all.filter((text) => text.includes('only once'))).toHaveLength(1);
  });

  test('a post that was made twice with one key is one, where the data say so', async (context) => {
    const channel = await start();
    const adapter = channel.adapter();
    if (!adapter.capabilities.recognisesRepeatedPost)
      return context.skip('the platform does not recognise a repeated post');
    const { thread } = channel.places;
    const id = await adapter.post(thread, words('only once'), 'key-1');
    expect(await adapter.post(thread, words('only once'), 'key-1')).toBe(id);
    expect((await texts(channel, thread)).filter((text) => text === 'only once')).toHaveLength(1);
  });

  test('a post can be found by its key', async (context) => {
    const channel = await start();
    const adapter = channel.adapter();
    if (adapter.find === undefined) return context.skip('the platform cannot be asked for earlier posts');
    const { thread, other } = channel.places;
    const id = await adapter.post(thread, words('to be found'), 'key-1');
    await channel.halt();
    await channel.begin();
    expect(await channel.adapter().find?.(thread, 'key-1')).toBe(id);
    expect(await channel.adapter().find?.(thread, 'key-2')).toBeUndefined();
    expect(await channel.adapter().find?.(other, 'key-1')).toBeUndefined();
  });

  test('an edit whose answer was lost can be made again', async (context) => {
    const channel = await start();
    const { platform, places } = channel;
    if (platform.loseAnswer === undefined) return context.skip('no answer can be lost on the way');
    const id = await poster(channel)(words('before'));
    platform.loseAnswer('edit');
    const edit = () => channel.adapter().edit(places.thread, id, words('after'));
    expect((await failing(edit())).failure.reason).toBe('unavailable');
    await edit();
    expect((await texts(channel, places.thread)).slice(-1)).toEqual(['after']);
  });
}

function refusalOf({ platform }: ChannelUnderTest, reason: Reason, context: TestContext) {
  const refuse = platform.refuse[reason];
  if (refuse === undefined) return context.skip(`the platform never refuses a call so: ${reason}`);
  return refuse;
}

/** The reason, how long to wait, and nothing that a log must not hold. */
function check({ platform }: ChannelUnderTest, error: ChannelError, reason: Reason): void {
  expect(error.failure).toEqual(reason === 'rate-limited' ? { reason, retryAfterMs: waitMs } : { reason });
  const shown = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
  for (const secret of [...platform.secrets, 'nobody should read']) expect(shown).not.toContain(secret);
}

/**
 * A post in doubt is looked up, or made again with the same key; where neither tells, a message is born as a
 * placeholder and all text comes by edits (README.md › Architecture).
 */
async function postAsTheGatewayDoes(channel: ChannelUnderTest, message: OutboundMessage): Promise<MessageId> {
  const adapter = channel.adapter();
  const { thread } = channel.places;
  const key = createKeys()();
  const looksUp = adapter.capabilities.recognisesRepeatedPost || adapter.find !== undefined;
  const born = looksUp ? message : words('…', { live: true });
  const first = await adapter.post(thread, born, key).catch((error: unknown) => {
    if (error instanceof ChannelError && error.failure.reason === 'unavailable') return undefined;
    throw error;
  });
  const id = first ?? (await adapter.find?.(thread, key)) ?? (await adapter.post(thread, born, key));
  if (born !== message) await adapter.edit(thread, id, message);
  return id;
}
