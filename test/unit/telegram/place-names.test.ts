/** Places go by the names that people gave them, also after a new beginning. */
import { afterEach, expect, test } from 'vitest';
import { arrived } from '../../contract/adapter/rig.ts';
import { startTelegramChannel, type TelegramUnderTest } from '../../contract/telegram/channel.ts';

const running: TelegramUnderTest[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((channel) => channel.stop()));
});

test('a topic by its group and its own name, a private chat as one, and a place that is not known by none', async () => {
  const channel = await startTelegramChannel();
  running.push(channel);
  const { thread, other } = channel.places;
  const name = (address = thread) => channel.adapter().placeName?.(address);
  await channel.people.write('thread', 'hello');
  await arrived(channel, 'message');
  expect(name()).toBe('Team › Fix the date test');
  expect(name(other)).toBe('Team › Something else');
  expect(name({ ...thread, thread: 'general' })).toBe('Team');
  expect(name({ ...thread, channel: '-4711' })).toBeUndefined();
  expect(name({ ...thread, channel: String(channel.ann.chat), thread: 'general' })).toBe('a private chat');
  await channel.halt();
  await channel.begin();
  expect(name()).toBe('Team › Fix the date test');
});
