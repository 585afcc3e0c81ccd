import { expect, test } from 'vitest';
import type { ChannelUnderTest } from './rig.ts';
import { arrived, type Start, said, until } from './rig.ts';
import { poster, words } from './words.ts';

/** Nothing that people do is lost, done twice, or out of order. */
export function deliveryContract(start: Start): void {
  test('what people write comes in the order in which they wrote it', async () => {
    const channel = await start();
    const all = Array.from({ length: 12 }, (_, n) => `number ${n}`);
    for (const text of all) await channel.people.write('thread', text);
    await arrived(channel, 'message', ({ text }) => text === all.at(-1));
    expect(saidTexts(channel).slice(-all.length)).toEqual(all);
  });

  test('nothing is acknowledged while it is not stored', async () => {
    const channel = await start();
    const { gateway, people } = channel;
    const before = gateway.offered();
    gateway.turn('hangs');
    const sent = await people.write('thread', 'slowly stored');
    await until(() => gateway.offered() > before || undefined, 'the gateway is given it');
    expect(sent.acknowledged()).toBe(false);
    gateway.turn('stores');
    await until(() => sent.acknowledged() || undefined, 'the platform is told');
    expect(saidTexts(channel)).toContain('slowly stored');
  });

  test('what cannot be stored is not acknowledged, and comes when it can', async () => {
    const channel = await start();
    const { gateway, people } = channel;
    const before = gateway.offered();
    gateway.turn('refuses');
    const sent = await people.write('thread', 'kept for later');
    await until(() => gateway.offered() > before || undefined, 'the gateway is given it');
    expect(sent.acknowledged()).toBe(false);
    gateway.turn('stores');
    await sent.again?.();
    await arrived(channel, 'message', ({ text }) => text === 'kept for later');
    await until(() => sent.acknowledged() || undefined, 'the platform is told');
    expect(idsOf(channel, 'kept for later').size).toBe(1);
  });

  test('what cannot be stored holds no other thread up, and comes when it can', async () => {
    const channel = await start();
    const { gateway, people } = channel;
    const before = gateway.offered();
    gateway.refuseOnly((event) => event.type === 'message' && event.text === 'not storable');
    const sent = await people.write('private' in channel.places.rooms ? 'private' : 'thread', 'not storable');
    await until(() => gateway.offered() > before || undefined, 'the gateway is given it');
    for (const text of ['one', 'two', 'three']) await said(channel, 'other', text, { mention: true });
    expect(sent.acknowledged()).toBe(false);
    gateway.refuseOnly();
    await sent.again?.();
    await arrived(channel, 'message', ({ text }) => text === 'not storable');
    await until(() => sent.acknowledged() || undefined, 'the platform is told');
    expect(idsOf(channel, 'not storable').size).toBe(1);
  });

  test('what comes twice is one event', async (context) => {
    const channel = await start();
    if (channel.people.repeatNext === undefined) return context.skip('nothing repeats a message there');
    channel.people.repeatNext();
    await channel.people.write('thread', 'once or twice');
    await said(channel, 'thread', 'after it');
    expect(idsOf(channel, 'once or twice').size).toBe(1);
  });

  test('the same words twice are two events', async () => {
    const channel = await start();
    await channel.people.write('thread', 'again');
    await channel.people.write('thread', 'again');
    await said(channel, 'thread', 'after them');
    expect(idsOf(channel, 'again').size).toBe(2);
  });

  test('after an end and a new beginning nothing is lost and nothing comes anew', async () => {
    const channel = await start();
    const { people, gateway } = channel;
    await said(channel, 'thread', 'before the end');
    await channel.halt();
    const sent = await people.write('thread', 'in between');
    if (sent.again !== undefined) {
      await channel.begin();
      await sent.again();
    } else await channel.begin();
    await arrived(channel, 'message', ({ text }) => text === 'in between');
    await said(channel, 'thread', 'after it');
    expect(idsOf(channel, 'in between').size).toBe(1);
    expect(
      gateway.events.filter((event) => event.type === 'message' && event.text === 'before the end'),
    ).toHaveLength(1);
  });

  test('an event that was not stored when the adapter ended comes to the next one', async () => {
    const channel = await start();
    const { people, gateway } = channel;
    const before = gateway.offered();
    gateway.turn('refuses');
    const sent = await people.write('thread', 'through the end');
    await until(() => gateway.offered() > before || undefined, 'the gateway is given it');
    await channel.halt();
    gateway.turn('stores');
    await channel.begin();
    await sent.again?.();
    await arrived(channel, 'message', ({ text }) => text === 'through the end');
    expect(idsOf(channel, 'through the end').size).toBe(1);
  });

  test('a connection that is cut is made again, and nothing is lost', async (context) => {
    const channel = await start();
    if (channel.platform.cut === undefined) return context.skip('events come on no connection of ours');
    await said(channel, 'thread', 'before the cut');
    channel.platform.cut();
    await channel.people.write('thread', 'during it');
    await arrived(channel, 'message', ({ text }) => text === 'during it');
    await said(channel, 'thread', 'after it');
    expect(idsOf(channel, 'during it').size).toBe(1);
  });

  test('a message that was posted before a new beginning can be edited after it', async () => {
    const channel = await start();
    const { thread } = channel.places;
    const id = await poster(channel)(words('begun', { live: true }));
    await channel.halt();
    await channel.begin();
    await channel.adapter().edit(thread, id, words('finished'));
    expect((await channel.platform.screen(thread)).at(-1)?.text).toBe('finished');
  });

  test('it proves that it hears people, and ends when it is told to', async () => {
    const channel = await start();
    expect(channel.gateway.proofs).not.toEqual([]);
    expect(channel.gateway.ailments).toEqual([]);
    await channel.halt();
    const { length } = channel.gateway.events;
    const sent = await channel.people.write('thread', 'to nobody');
    expect(sent.acknowledged()).toBe(false);
    expect(channel.gateway.events).toHaveLength(length);
    await channel.begin();
  });
}

function saidTexts({ gateway }: ChannelUnderTest): readonly string[] {
  return gateway.events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
}

function idsOf({ gateway }: ChannelUnderTest, text: string): ReadonlySet<string> {
  const same = gateway.events.filter((event) => event.type === 'message' && event.text === text);
  return new Set(same.map(({ id }) => id));
}
