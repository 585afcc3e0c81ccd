/** What is heard and told on the stand-in, where Telegram has its own ways. */
import { afterEach, expect, test } from 'vitest';
import { arrived, said, until } from '../adapter/rig.ts';
import { startTelegramChannel, type TelegramUnderTest } from './channel.ts';

const running: TelegramUnderTest[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

async function begin(): Promise<TelegramUnderTest> {
  const channel = await startTelegramChannel();
  running.push(channel);
  return channel;
}

const photo = {
  kind: 'photo' as const,
  file: { name: 'x.jpg', mime: 'image/jpeg', bytes: new Uint8Array([7, 7]) },
};

test('an album is one message, whose pictures can be read, and its pieces are confirmed', async () => {
  const channel = await begin();
  const { telegram, ann, gateway } = channel;
  ann.sendAlbum(ann.chat, 'which one?', [photo, photo]);
  const event = await arrived(channel, 'message');
  expect(event).toMatchObject({
    text: 'which one?',
    addressed: true,
    attachments: [{ name: 'photo.jpg', mime: 'image/jpeg' }, { name: 'photo-2.jpg' }],
  });
  for (const file of event.attachments ?? []) {
    const bytes = await channel.adapter().download?.(file, 100, new AbortController().signal);
    expect([...(bytes ?? [])]).toEqual([7, 7]);
  }
  expect(gateway.events).toHaveLength(1);
  await until(() => telegram.world.updates.pending() === 0 || undefined, 'all is confirmed');
});

test('an album that came while we were away is one message', async () => {
  const channel = await begin();
  const { ann, gateway } = channel;
  await channel.halt();
  const [first] = ann.sendAlbum(ann.chat, 'two of them', [photo, photo]);
  await channel.begin();
  const event = await arrived(channel, 'message');
  expect(event).toMatchObject({ message: String(first), text: 'two of them' });
  expect(event.attachments).toHaveLength(2);
  expect(gateway.events).toHaveLength(1);
});

test('a part of a message that a person quotes', async () => {
  const channel = await begin();
  const { ann, ben, forum, telegram } = channel;
  const { message } = await said(channel, 'thread', 'the build is red since noon');
  const topic = Number(channel.places.thread.thread);
  ben.say(forum.id, `@${telegram.world.me.username} why?`, {
    topic,
    replyTo: Number(message),
    quoting: 'since noon',
  });
  const event = await arrived(channel, 'message', ({ text }) => text === 'why?');
  expect(event.quote).toMatchObject({ author: { name: ann.user.first_name }, text: 'since noon' });
});

test('a message that was heard gets a sign; a reaction of a person means nothing', async () => {
  const channel = await begin();
  const { ann, telegram, gateway } = channel;
  ann.say(ann.chat, 'hello');
  const { address, message } = await arrived(channel, 'message');
  await channel.adapter().showTyping?.(address, message);
  const [shown] = telegram.messages(ann.chat);
  expect(shown?.signs).toEqual(['\u{1F440}']);
  ann.react(ann.chat, Number(message), '\u{1F44D}');
  ann.say(ann.chat, 'after it');
  await arrived(channel, 'message', ({ text }) => text === 'after it');
  expect(gateway.events).toHaveLength(2);
});

test('where signs are not allowed nothing fails', async () => {
  const channel = await begin();
  channel.forum.setReactions([]);
  const { address, message } = await said(channel, 'thread', 'hello');
  await channel.adapter().showTyping?.(address, message);
  expect(channel.platform.isAlive?.(address)).toBe(true);
  const topic = Number(address.thread);
  expect(channel.telegram.messages(channel.forum.id, topic).at(-1)?.signs).toEqual([]);
});

test('with privacy mode on it is said where it matters, and beside the proof of life', async () => {
  const channel = await begin();
  const { telegram, gateway, forum } = channel;
  const { thread } = channel.places;
  const caveat = () => channel.adapter().caveat?.(thread);
  expect(await caveat()).toBeUndefined();
  expect(gateway.proofs.join()).not.toContain('privacy');
  await channel.halt();
  telegram.world.me.can_read_all_group_messages = false;
  await channel.begin();
  expect(await caveat()).toMatchInlineSnapshot(
    `"Telegram shows me only mentions, replies to me and commands here; make me an administrator to talk to me in topics without a mention."`,
  );
  expect(gateway.proofs.at(-1)).toMatchInlineSnapshot(
    `"Telegram answered a poll; privacy mode is on: of groups without admin rights it shows the bot only mentions, replies and commands"`,
  );
  expect(gateway.logged.join('\n')).toContain('privacy mode was found on');
  const plainGroup = { ...thread, channel: String(telegram.group('Small').id), thread: 'general' };
  expect(await channel.adapter().caveat?.(plainGroup)).toBeUndefined();
  const alone = { ...thread, channel: String(channel.ann.chat), thread: 'general' };
  expect(await channel.adapter().caveat?.(alone)).toBeUndefined();
  forum.setBot('administrator');
  expect(await caveat()).toBeUndefined();
  telegram.faults.onCall('getChat', { type: 'cut' });
  expect(await caveat()).toBeUndefined();
});

test('a name that a header could not hold is changed as little as possible', async () => {
  const channel = await begin();
  const { thread } = channel.places;
  const upload = (name: string) =>
    channel
      .adapter()
      .upload?.(
        thread,
        { name, mime: 'text/plain', bytes: new Uint8Array([1]), markdown: '', silent: true },
        name.slice(0, 25),
      );
  for (const name of ['Änderung 2 (final).txt', 'a"b;c%41\r\nx-evil: 1.txt', 'dir/../x.txt'])
    await upload(name);
  const seen = await channel.platform.screen(thread);
  expect(seen.flatMap(({ files = [] }) => files.map(({ name }) => name))).toMatchInlineSnapshot(`
    [
      "Änderung 2 (final).txt",
      "a_b_c_41__x-evil: 1.txt",
      "dir_.._x.txt",
    ]
  `);
});
