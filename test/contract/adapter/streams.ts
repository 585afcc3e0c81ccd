import { expect, type TestContext, test } from 'vitest';
import type { MessageId, OutboundMessage } from '../../../src/core/channel.ts';
import type { ChannelUnderTest, Start, Streams } from './rig.ts';
import { said, texts } from './rig.ts';
import { failing, words } from './words.ts';

const live = (markdown: string): OutboundMessage => words(markdown, { live: true });
const whole = 'One.\n\n- two\n- three < four';

/** Text that grows by means of the platform's own. What people see must be as if it had been edited. */
export function streamsContract(start: Start): void {
  test('text that grows is a stream until it is final, and whole in the end', async (context) => {
    const channel = await start();
    const { isOpen } = streamsOf(channel, context);
    const { thread } = channel.places;
    const id = await begun(channel, 'One');
    expect(isOpen(thread, id)).toBe(true);
    for (const text of ['One.', 'One.\n\n- two', whole]) {
      await channel.adapter().edit(thread, id, live(text));
      expect((await texts(channel, thread)).at(-1)).toContain(
        text.split('\n').at(-1)?.replace('- ', '') ?? '',
      );
    }
    await channel.adapter().edit(thread, id, words(whole));
    expect(isOpen(thread, id)).toBe(false);
    expect((await texts(channel, thread)).at(-1)).toContain('three < four');
    expect(await texts(channel, thread)).toHaveLength(1);
  });

  test('what is taken back is not shown any more', async (context) => {
    const channel = await start();
    streamsOf(channel, context);
    const { thread } = channel.places;
    const id = await begun(channel, 'wrong');
    await channel.adapter().edit(thread, id, live('right'));
    await channel.adapter().edit(thread, id, live('right and more'));
    expect(await texts(channel, thread)).toEqual(['right and more']);
  });

  test('a stream of the one before is taken over: it goes on as the same message', async (context) => {
    const channel = await start();
    const { isOpen } = streamsOf(channel, context);
    const { thread } = channel.places;
    const id = await begun(channel, 'One');
    await channel.halt();
    await channel.begin();
    await channel.adapter().edit(thread, id, live('One and two'));
    expect(await texts(channel, thread)).toEqual(['One and two']);
    await channel.adapter().edit(thread, id, words('One, two, three'));
    expect(isOpen(thread, id)).toBe(false);
    expect(await texts(channel, thread)).toEqual(['One, two, three']);
  });

  test('a start whose answer was lost leaves one text, also for the next one', async (context) => {
    const channel = await start();
    const { loseStart } = streamsOf(channel, context);
    const { thread } = channel.places;
    await said(channel, 'thread', 'go on');
    loseStart();
    await channel
      .adapter()
      .post(thread, live('One'), 'key-1')
      .catch((error: unknown) => expect(error).toMatchObject({ failure: { reason: 'unavailable' } }));
    await channel.halt();
    await channel.begin();
    const adapter = channel.adapter();
    const id = (await adapter.find?.(thread, 'key-1')) ?? (await adapter.post(thread, live('One'), 'key-1'));
    await adapter.edit(thread, id, words('One.'));
    expect(await texts(channel, thread)).toEqual(['One.']);
  });

  test('a piece whose answer was lost is mended by the next edit', async (context) => {
    const channel = await start();
    const { losePiece } = streamsOf(channel, context);
    const { thread } = channel.places;
    const id = await begun(channel, 'One');
    losePiece();
    await failing(channel.adapter().edit(thread, id, live('One and two')));
    await channel.adapter().edit(thread, id, live('One and two'));
    expect(await texts(channel, thread)).toEqual(['One and two']);
  });

  test('where none can be had the text grows by edits', async (context) => {
    const channel = await start();
    const { isOpen, refuse } = streamsOf(channel, context);
    const { thread } = channel.places;
    refuse();
    const id = await begun(channel, 'One');
    expect(isOpen(thread, id)).toBe(false);
    await channel.adapter().edit(thread, id, live('One and two'));
    await channel.adapter().edit(thread, id, words('One, two, three'));
    expect(await texts(channel, thread)).toEqual(['One, two, three']);
  });

  test('what is no growing text is no stream', async (context) => {
    const channel = await start();
    const { isOpen } = streamsOf(channel, context);
    const { thread } = channel.places;
    await said(channel, 'thread', 'go on');
    const activity = words('▸ Working', { kind: 'activity', live: true });
    expect(isOpen(thread, await channel.adapter().post(thread, activity, 'key-1'))).toBe(false);
    expect(isOpen(thread, await channel.adapter().post(thread, words('Done.'), 'key-2'))).toBe(false);
  });
}

function streamsOf({ platform }: ChannelUnderTest, context: TestContext): Streams {
  return platform.streams ?? context.skip('the platform has no streams of its own, or the rig sees none');
}

/** A person speaks, since some streams are for a person, and the first piece of an answer is posted. */
async function begun(channel: ChannelUnderTest, text: string): Promise<MessageId> {
  await said(channel, 'thread', 'go on');
  return channel.adapter().post(channel.places.thread, live(text), 'key-1');
}
