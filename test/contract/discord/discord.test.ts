import { afterEach, describe, expect, test } from 'vitest';
import type { Host, Unfinished } from '../../../src/core/channel.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { FakeDiscordOptions } from '../../fake/discord.ts';
import { arrived, said, until } from '../adapter/rig.ts';
import { allow, card, failing, poster, words } from '../adapter/words.ts';
import { adapterContract } from '../adapter.ts';
import { type DiscordUnderTest, startDiscordChannel } from './channel.ts';

adapterContract('Discord', () => startDiscordChannel());

const running: DiscordUnderTest[] = [];

afterEach(async () => {
  for (const channel of running.splice(0)) await channel.stop();
});

async function start(options: FakeDiscordOptions = {}, suggest?: Host['suggest']): Promise<DiscordUnderTest> {
  const channel = await startDiscordChannel(options, { suggest });
  running.push(channel);
  return channel;
}

const mentionOf = ({ discord }: DiscordUnderTest, text: string) => `<@${discord.world.bot.id}> ${text}`;

/** A clock that goes, and can be moved on. */
function movable() {
  const state = { offset: 0 };
  return {
    ...systemClock,
    now: () => Date.now() + state.offset,
    move: (ms: number) => {
      state.offset += ms;
    },
  };
}

describe('threads', () => {
  test('a mention in a channel becomes a thread with the first answer, once', async () => {
    const channel = await start();
    const { discord, ids, spots, adapter } = channel;
    const id = discord.people.say(
      ids.ann,
      spots.channel,
      mentionOf(channel, 'fix **the** date test\nplease'),
    );
    const { address, room } = await arrived(channel, 'message', ({ message }) => message === id);
    expect({ address, room }).toEqual({
      address: { platform: 'discord', channel: spots.channel, thread: id },
      room: 'channel',
    });
    expect(discord.world.channels.has(id)).toBe(false);
    await adapter().showTyping?.(address);
    await adapter().post(address, words('On it.'), 'key-1');
    expect(discord.world.channels.get(id)).toMatchObject({
      name: 'fix the date test',
      parent: spots.channel,
    });
    expect(discord.screen({ channel: id })).toEqual([
      'Ann: @dragoman fix **the** date test\nplease',
      'dragoman: On it.',
    ]);
    expect(discord.requests.filter(({ call }) => call === 'startThread')).toHaveLength(1);
    discord.people.say(ids.ben, id, 'and I say');
    expect(await arrived(channel, 'message', ({ text }) => text === 'and I say')).toMatchObject({
      room: 'thread',
      address,
      addressed: false,
    });
  });

  test('a thread that was opened before a crash is not opened again', async () => {
    const channel = await start();
    const { discord, ids, spots, adapter } = channel;
    const id = discord.people.say(ids.ann, spots.channel, mentionOf(channel, 'help'));
    const { address } = await arrived(channel, 'message', ({ message }) => message === id);
    discord.faults.onCall('startThread', { type: 'apply-then-cut' });
    await expect(adapter().post(address, words('Hello.'), 'key-1')).rejects.toMatchObject({
      failure: { reason: 'unavailable' },
    });
    await channel.halt();
    await channel.begin();
    await adapter().post(address, words('Hello.'), 'key-1');
    expect(discord.screen({ channel: id })).toEqual(['Ann: @dragoman help', 'dragoman: Hello.']);
  });

  test('where no thread may be opened, the channel is told why', async () => {
    const channel = await start();
    const { discord, ids, spots, adapter } = channel;
    discord.world.channels.get(spots.channel)?.denied.add('createThreads');
    const id = discord.people.say(ids.ann, spots.channel, mentionOf(channel, 'help'));
    const { address } = await arrived(channel, 'message', ({ message }) => message === id);
    for (const key of ['key-1', 'key-2'])
      await expect(adapter().post(address, words('Hello.'), key)).rejects.toMatchObject({
        failure: { reason: 'forbidden' },
      });
    expect(discord.screen({ channel: spots.channel }).slice(1)).toEqual([
      'dragoman: I may not open a thread here, so I cannot answer. Give me the permission "Create Public Threads" in this channel and mention me again.',
    ]);
  });

  test('a post in a forum is a thread of its own', async () => {
    const channel = await start();
    const { discord, ids } = channel;
    const forum = discord.people.channel('questions', 15);
    const id = discord.people.forumPost(ids.ann, forum, 'Dates', mentionOf(channel, 'why UTC?'));
    expect(await arrived(channel, 'message', ({ message }) => message === id)).toMatchObject({
      text: 'why UTC?',
      room: 'thread',
      address: { channel: forum, thread: id },
    });
  });

  test('threads of others are not listened to', async () => {
    const channel = await start();
    const { discord, ids, spots, gateway } = channel;
    const theirs = discord.people.thread(ids.ben, spots.channel, 'Lunch');
    discord.people.say(ids.ben, theirs, 'pizza?');
    await said(channel, 'thread', 'after it');
    expect(gateway.events.some((event) => 'text' in event && event.text === 'pizza?')).toBe(false);
  });

  test('where a thread is locked, or we may not write in it, the channel above is told why, once', async () => {
    const channel = await start();
    const { discord, ids, spots, adapter } = channel;
    const { address, message } = await said(channel, 'channel', 'help', { mention: true });
    await adapter().post(address, words('Hello.'), 'key-1');
    const above = () => discord.screen({ channel: spots.channel }).slice(1);
    discord.people.archive(message, true);
    for (const key of ['key-2', 'key-3'])
      await expect(adapter().post(address, words('More.'), key)).rejects.toMatchObject({
        failure: { reason: 'forbidden' },
      });
    const locked = `dragoman: <#${message}> is locked, so I cannot answer there. A moderator can unlock it; then say it again.`;
    expect(above()).toEqual([locked]);
    discord.people.archive(message, false);
    discord.people.say(ids.ann, message, 'it is open again');
    discord.world.channels.get(spots.channel)?.denied.add('sendInThreads');
    await expect(adapter().post(address, words('More.'), 'key-4')).rejects.toMatchObject({
      failure: { reason: 'forbidden' },
    });
    expect(above()).toEqual([
      locked,
      `dragoman: I may not write in <#${message}>, so I cannot answer there. Give me the permission "Send Messages in Threads" in this channel; then say it again.`,
    ]);
    expect(discord.world.pings.filter(({ user }) => user !== discord.world.bot.id)).toEqual([]);
  });

  test('a thread of ours bears the name of its session, as often as Discord allows; those of people keep theirs', async () => {
    const channel = await start();
    const { discord, spots, places, adapter } = channel;
    const { address } = await said(channel, 'channel', 'help', { mention: true });
    const name = () => discord.world.channels.get(address.thread)?.name;
    await adapter().entitle?.(address, 'too early');
    await adapter().post(address, words('Hello.'), 'key-1');
    for (const title of ['First', 'Second']) await adapter().entitle?.(address, title);
    const refused = await failing(adapter().entitle?.(address, 'Third') ?? Promise.resolve());
    expect(refused.failure).toMatchObject({ reason: 'rate-limited' });
    expect(name()).toBe('Second');
    discord.people.archive(address.thread);
    await adapter().edit(address, (await poster(channel)(words('x'), address)) ?? '', words('still works'));
    await adapter().entitle?.(places.thread, 'mine');
    expect(discord.world.channels.get(spots.thread)?.name).toBe('Fix the date test');
  });

  test('an archived thread wakes for an edit; a deleted one is gone', async () => {
    const channel = await start();
    const { discord, spots, places, adapter } = channel;
    const id = await poster(channel)(words('before'));
    discord.people.archive(spots.thread);
    await adapter().edit(places.thread, id, words('after'));
    expect(discord.screen({ channel: spots.thread }).at(-1)).toBe('dragoman: after');
    discord.people.removeThread(spots.thread);
    await expect(adapter().edit(places.thread, id, words('late'))).rejects.toMatchObject({
      failure: { reason: 'gone' },
    });
    await expect(adapter().post(places.thread, words('late'), 'key-9')).rejects.toMatchObject({
      failure: { reason: 'gone' },
    });
  });

  test('a message that is too old to be changed again stands anew below', async () => {
    const clock = movable();
    const channel = await start({ clock });
    const { discord, spots, places, adapter, ids } = channel;
    const id = await poster(channel)(card('Wants to run `ls`', [allow]));
    clock.move(3_700_000);
    for (let n = 0; n < 5; n += 1) await adapter().edit(places.thread, id, card(`edit ${n}`, [allow]));
    await adapter().edit(places.thread, id, card('the last edit', [allow]));
    expect(discord.screen({ channel: spots.thread })).toEqual(['dragoman: the last edit | [Allow once]']);
    await channel.halt();
    await channel.begin();
    const now = [...discord.world.messages.values()].findLast((one) => one.channel === spots.thread);
    discord.people.press(ids.ann, now?.id ?? '', 'Allow once');
    expect(await arrived(channel, 'button')).toMatchObject({ message: id });
    await adapter().edit(places.thread, id, words('Allowed once by Ann'));
    expect(discord.screen({ channel: spots.thread }).at(-1)).toBe('dragoman: Allowed once by Ann');
  });
});

describe('presses and commands', () => {
  test('a press is answered after it is stored, and within three seconds in any case', async () => {
    const channel = await start();
    const { discord, ids, spots, gateway } = channel;
    const id = await poster(channel)(card('Wants to run `ls`', [allow]));
    gateway.turn('hangs');
    const slow = await discord.people.answered(discord.people.press(ids.ann, id, 'Allow once'), 2900);
    expect(slow.answer).toBe(4);
    expect(discord.screen({ channel: spots.thread, viewer: ids.ann }).at(-1)).toContain(
      'could not be stored yet',
    );
    gateway.turn('stores');
    expect(await arrived(channel, 'button')).toMatchObject({ message: id });
    const quick = await discord.people.answered(discord.people.press(ids.ann, id, 'Allow once'));
    expect(quick.answer).toBe(6);
  });

  test('what one person is told after a press, nobody else sees', async () => {
    const channel = await start();
    const { discord, ids, spots, adapter } = channel;
    const id = await poster(channel)(card('Wants to run `ls`', [allow]));
    discord.people.press(ids.ben, id, 'Allow once');
    await adapter().whisper?.(await arrived(channel, 'button'), 'Only approvers may decide this.');
    const told = 'dragoman (only to you): Only approvers may decide this.';
    expect(discord.screen({ channel: spots.thread, viewer: ids.ben }).at(-1)).toBe(told);
    expect(discord.screen({ channel: spots.thread, viewer: ids.ann })).not.toContain(told);
  });

  test('a command waits for its answer, privately or in the thread', async () => {
    const channel = await start();
    const { discord, ids, spots, places, adapter } = channel;
    const seen = () => discord.screen({ channel: spots.thread, viewer: ids.ann });
    const first = discord.people.command(ids.ann, spots.thread, 'model', 'claude');
    await discord.people.answered(first);
    expect(seen()).toEqual(['dragoman (only to you): …']);
    await adapter().whisper?.(await arrived(channel, 'command'), 'There is no model "claude".');
    expect(seen()).toEqual(['dragoman (only to you): There is no model "claude".']);
    await discord.people.answered(discord.people.command(ids.ann, spots.thread, 'status'));
    await adapter().post(places.thread, words('Nothing runs.'), 'key-7');
    expect(seen().slice(1)).toEqual(['dragoman: Nothing runs.']);
  });

  test('while somebody writes a command, what it could become is told', async () => {
    const asked: Unfinished[] = [];
    const channel = await start({}, async (unfinished) => {
      asked.push(unfinished);
      const long = { value: 'x'.repeat(101), label: 'too long to be taken' };
      const many = Array.from({ length: 30 }, (_, n) => ({ value: `v${n}`, label: 'w'.repeat(200) }));
      return [{ value: 'anthropic/claude-sonnet-4', label: 'claude sonnet' }, long, ...many];
    });
    const { discord, ids, spots } = channel;
    const shown = await discord.people.answered(discord.people.begin(ids.ben, spots.thread, 'model', 'son'));
    expect(shown.choices).toHaveLength(25);
    expect(shown.choices?.[0]).toEqual({ name: 'claude sonnet', value: 'anthropic/claude-sonnet-4' });
    expect(asked).toEqual([
      {
        address: channel.places.thread,
        author: { id: `discord:${ids.ben}`, name: 'Ben' },
        room: 'thread',
        command: 'model',
        text: 'son',
      },
    ]);
    expect(() => discord.people.begin(ids.ben, spots.thread, 'status', '')).toThrow('completes nothing');
    expect(channel.gateway.events).toEqual([]);
  });

  test('what is not known in time is not suggested, and what fails neither', async () => {
    const answers = [new Promise<never>(() => {}), Promise.reject(new Error('the server is away'))];
    answers[1]?.catch(() => 'it is expected');
    const channel = await start({}, () => answers.shift() ?? Promise.resolve([]));
    const { discord, ids, spots } = channel;
    for (const _ of ['slow', 'failing']) {
      const begun = discord.people.begin(ids.ann, spots.thread, 'model', 's');
      expect((await discord.people.answered(begun, 2900)).choices).toEqual([]);
    }
  });

  test('the list of commands is written only where it differs', async () => {
    const channel = await start();
    const { discord } = channel;
    await channel.halt();
    await channel.begin();
    await until(() => count('getCommands') === 2 || undefined, 'the list is looked at');
    await said(channel, 'thread', 'some time later');
    expect(count('putCommands')).toBe(1);

    function count(name: string): number {
      return discord.requests.filter(({ call }) => call === name).length;
    }
  });

  test('several questions are one window; its answers come back by their fields', async () => {
    const channel = await start();
    const { discord, ids, gateway } = channel;
    const field = { label: 'Q', options: [], multiple: false, custom: false, required: true };
    const options = [
      { label: 'Postgres', description: '' },
      { label: 'SQLite', description: 'a file' },
    ];
    const fields = [
      { ...field, id: 'q0', label: 'Which database?', options },
      { ...field, id: 'q1', label: 'Which of these, as many as you like?', options, multiple: true },
      { ...field, id: 'q2', label: 'Anything else?' },
    ];
    const form = { token: 'form-token', title: 'Answer', submit: 'Answer', fields };
    const id = await poster(channel)(words('Three questions', { kind: 'request', form }));
    const opened = await discord.people.answered(discord.people.press(ids.ann, id, 'Answer'));
    expect(gateway.events.some(({ type }) => type === 'button')).toBe(false);
    discord.people.submit(opened, {
      'Which database?': ['SQLite'],
      'Which of these, as many as you like?': ['Postgres', 'SQLite'],
      'Anything else?': 'No.',
    });
    expect((await arrived(channel, 'form')).fields).toEqual({
      q0: ['SQLite'],
      q1: ['Postgres', 'SQLite'],
      q2: ['No.'],
    });
  });
});
