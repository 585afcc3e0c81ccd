import { expect, test } from 'vitest';
import { type Start, said, until } from './rig.ts';

/** What a place is called where another thread tells of it. */
export function placeNamesContract(start: Start): void {
  test('a place goes by the name that people know it by, also after a new beginning', async () => {
    const channel = await start();
    const { thread, other, names } = channel.places;
    const name = (address = thread) => channel.adapter().placeName?.(address);
    await said(channel, 'thread', 'hello');
    await said(channel, 'other', 'hello again');
    await until(() => name() && name(other), 'the names are known');
    expect([name(), name(other)]).toEqual([names.thread, names.other]);
    await channel.halt();
    await channel.begin();
    await until(() => name() && name(other), 'the names are known again');
    expect([name(), name(other)]).toEqual([names.thread, names.other]);
  });

  test('a private chat is called one, or by its title, and never by its id or by whose it is', async () => {
    const channel = await start();
    const { address } = await said(channel, 'private', 'hello');
    const { names } = channel.places;
    await until(() => channel.adapter().placeName?.(address), 'the name is known');
    expect(channel.adapter().placeName?.(address)).toBe(names.private);
  });

  test('a place of which nothing was told has no name', async () => {
    const channel = await start();
    const { thread } = channel.places;
    const nowhere = { ...thread, channel: '-4711', thread: '4712' };
    expect(channel.adapter().placeName?.(nowhere)).toBeUndefined();
  });
}
