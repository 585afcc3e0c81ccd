import { expect, test } from 'vitest';
import { arrived, type ChannelUnderTest, type Place, type Sent, type Start, said } from './rig.ts';

/** What happens while nobody of us listens. */
export function gapsContract(start: Start): void {
  test('what people wrote while we were away arrives once, in order, each in its thread', async () => {
    const channel = await start();
    await said(channel, 'thread', 'before');
    await said(channel, 'other', 'before too');
    await channel.halt();
    const sent = [
      ...(await all(channel, 'thread', ['one', 'two', 'three', 'four'])),
      ...(await all(channel, 'other', ['five', 'six'])),
    ];
    await channel.begin();
    for (const one of sent) await one.again?.();
    await arrived(channel, 'message', ({ text }) => text === 'four');
    await arrived(channel, 'message', ({ text }) => text === 'six');
    await said(channel, 'thread', 'after');
    await said(channel, 'other', 'after too');
    expect(heard(channel, 'thread')).toEqual(['before', 'one', 'two', 'three', 'four', 'after']);
    expect(heard(channel, 'other')).toEqual(['before too', 'five', 'six', 'after too']);
  });

  test('several people who wrote while we were away are told apart', async (context) => {
    const channel = await start();
    if (channel.places.rooms.thread === 'private') return context.skip('one person uses it');
    await said(channel, 'thread', 'before');
    await channel.halt();
    const sent = [
      await channel.people.write('thread', 'from Ann'),
      await channel.people.write('thread', 'from Ben', { by: 'ben' }),
    ];
    await channel.begin();
    for (const one of sent) await one.again?.();
    const ben = await arrived(channel, 'message', ({ text }) => text === 'from Ben');
    const ann = await arrived(channel, 'message', ({ text }) => text === 'from Ann');
    expect(ben.author.name).toContain('Ben');
    expect(ann.author.name).toContain('Ann');
  });

  test('an absence in which nothing was said tells nothing', async () => {
    const channel = await start();
    for (const text of ['one', 'two', 'three']) await said(channel, 'thread', text);
    await channel.halt();
    await channel.begin();
    await channel.halt();
    await channel.begin();
    await said(channel, 'thread', 'four');
    expect(heard(channel, 'thread')).toEqual(['one', 'two', 'three', 'four']);
  });

  test('one absence after another loses nothing', async () => {
    const channel = await start();
    await said(channel, 'thread', 'begin');
    for (const text of ['first absence', 'second absence']) {
      await channel.halt();
      const sent = await channel.people.write('thread', text);
      await channel.begin();
      await sent.again?.();
      await arrived(channel, 'message', (event) => event.text === text);
    }
    await said(channel, 'thread', 'end');
    expect(heard(channel, 'thread')).toEqual(['begin', 'first absence', 'second absence', 'end']);
  });

  test('a file that came while we were away comes with its bytes', async (context) => {
    const channel = await start();
    if (channel.people.send === undefined) return context.skip('people cannot send files');
    await said(channel, 'thread', 'before');
    await channel.halt();
    const bytes = new TextEncoder().encode('five!');
    const sent = await channel.people.send('thread', 'read it', [
      { name: 'a.txt', mime: 'text/plain', bytes },
    ]);
    await channel.begin();
    await sent.again?.();
    const event = await arrived(channel, 'message', ({ text }) => text === 'read it');
    const [file] = event.attachments ?? [];
    if (file === undefined) throw new Error('no file came');
    const read = await channel.adapter().download?.(file, 100, new AbortController().signal);
    expect([...(read ?? [])]).toEqual([...bytes]);
  });

  test('what was said while the connection was away is read afterwards, once and in order', async (context) => {
    const channel = await start();
    const { lapse } = channel.platform;
    if (lapse === undefined) return context.skip('what happens is told later there, however long it takes');
    await said(channel, 'thread', 'before');
    await said(channel, 'other', 'before too');
    const comesBack = await lapse();
    await all(channel, 'thread', ['one', 'two', 'three']);
    await all(channel, 'other', ['four']);
    comesBack();
    await arrived(channel, 'message', ({ text }) => text === 'three');
    await arrived(channel, 'message', ({ text }) => text === 'four');
    await said(channel, 'thread', 'after');
    expect(heard(channel, 'thread')).toEqual(['before', 'one', 'two', 'three', 'after']);
    expect(heard(channel, 'other')).toEqual(['before too', 'four']);
  });
}

async function all(
  channel: ChannelUnderTest,
  place: Place,
  texts: readonly string[],
): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  for (const text of texts) sent.push(await channel.people.write(place, text));
  return sent;
}

/** What was said there, each event once: the same id again is the same event. */
function heard({ gateway, places }: ChannelUnderTest, place: 'thread' | 'other'): readonly string[] {
  const events = gateway.events.flatMap((event) =>
    event.type === 'message' && event.address.thread === places[place].thread ? [event] : [],
  );
  return [...new Map(events.map(({ id, text }) => [id, text])).values()];
}
