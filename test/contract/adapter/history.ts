import { expect, type TestContext, test } from 'vitest';
import type { MessageId, Said } from '../../../src/core/channel.ts';
import { type ChannelUnderTest, type Start, said } from './rig.ts';
import { poster, words } from './words.ts';

/** What was said before, and what a message answers. */
export function historyContract(start: Start): void {
  test('what was said before a message is told, oldest first, and without it', async (context) => {
    const channel = await start();
    const ask = historyOf(channel, context);
    for (const text of ['first', 'second & <third>']) await said(channel, 'thread', text);
    const { message } = await said(channel, 'thread', 'what do you think?', { mention: true });
    await said(channel, 'thread', 'said later');
    const all = await ask(message, 50);
    expect(all.slice(-2).map(({ text }) => text)).toEqual(['first', 'second & <third>']);
    expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  test('it is told as it was told when it was said', async (context) => {
    const channel = await start();
    const ask = historyOf(channel, context);
    const first = await said(channel, 'thread', 'as it was');
    const { message } = await said(channel, 'thread', 'and now?');
    const [before] = (await ask(message, 1)) as readonly [Said];
    const { text, author } = first;
    expect(before).toMatchObject({ message: first.message, text, author });
    expect(Math.abs(before.at - first.at)).toBeLessThan(2000);
  });

  test('who said what is told', async (context) => {
    const channel = await start();
    if (channel.places.rooms.thread === 'private') return context.skip('one person uses it');
    const ask = historyOf(channel, context);
    const ann = await said(channel, 'thread', 'from Ann');
    const ben = await said(channel, 'thread', 'from Ben', { by: 'ben' });
    const { message } = await said(channel, 'thread', 'and now?');
    expect((await ask(message, 2)).map(({ author }) => [author.id, author.name])).toEqual([
      [ann.author.id, ann.author.name],
      [ben.author.id, ben.author.name],
    ]);
  });

  test('no more is told than was asked for, and the newest of it', async (context) => {
    const channel = await start();
    const ask = historyOf(channel, context);
    for (let n = 0; n < 7; n += 1) await said(channel, 'thread', `number ${n}`);
    const { message } = await said(channel, 'thread', 'and now?');
    expect((await ask(message, 3)).map(({ text }) => text)).toEqual(['number 4', 'number 5', 'number 6']);
  });

  test('what we said ourselves was not said by people', async (context) => {
    const channel = await start();
    const ask = historyOf(channel, context);
    await said(channel, 'thread', 'by a person');
    await poster(channel)(words('by the agent'));
    const { message } = await said(channel, 'thread', 'and now?');
    const told = (await ask(message, 50)).map(({ text }) => text);
    expect(told).toContain('by a person');
    expect(told).not.toContain('by the agent');
  });

  test('another thread is not told of', async (context) => {
    const channel = await start();
    const ask = historyOf(channel, context);
    await said(channel, 'other', 'elsewhere');
    await said(channel, 'thread', 'here');
    const { message } = await said(channel, 'thread', 'and now?');
    const told = (await ask(message, 50)).map(({ text }) => text);
    expect(told).toContain('here');
    expect(told).not.toContain('elsewhere');
  });

  test('it is told after a new beginning', async (context) => {
    const channel = await start();
    await said(channel, 'thread', 'long ago');
    const { message } = await said(channel, 'thread', 'and now?');
    await channel.halt();
    await channel.begin();
    const ask = historyOf(channel, context);
    expect((await ask(message, 1)).map(({ text }) => text)).toEqual(['long ago']);
  });

  test('an answer brings what it answers', async (context) => {
    const channel = await start();
    if (channel.people.replies === false) return context.skip('a message there cannot answer another one');
    const id = await poster(channel)(words('The test compares *local* time with UTC.'));
    const reply = await said(channel, 'thread', 'which test?', { replyTo: id });
    expect(reply.replyTo).toBe(id);
    expect(reply.quote?.text).toContain('time with UTC');
    expect(reply.quote?.author.name).not.toBe('');
  });

  test('an answer to a person brings who it was', async (context) => {
    const channel = await start();
    if (channel.people.replies === false) return context.skip('a message there cannot answer another one');
    const first = await said(channel, 'thread', 'the build is red');
    const by = channel.places.rooms.thread === 'private' ? 'ann' : 'ben';
    const reply = await said(channel, 'thread', 'fix this, please', {
      replyTo: first.message,
      by,
      mention: true,
    });
    expect(reply.quote).toMatchObject({ text: 'the build is red', author: { id: first.author.id } });
  });

  test('a message that answers nothing quotes nothing', async () => {
    const channel = await start();
    await said(channel, 'thread', 'one');
    expect((await said(channel, 'thread', 'two')).quote).toBeUndefined();
  });
}

function historyOf(channel: ChannelUnderTest, context: TestContext) {
  const adapter = channel.adapter();
  if (adapter.history === undefined) return context.skip('the adapter cannot ask what was said before');
  const { history } = adapter;
  return (before: MessageId, limit: number) => history(channel.places.thread, before, limit);
}
