/** What a message of Discord's says beside its own words: what it answers, what it passes on, its files, its thread. */
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { discord as definition } from '../../../adapters/discord/index.ts';
import type { Attachment } from '../../../src/core/channel.ts';
import { memoryDocuments } from '../../fake/documents.ts';
import { createGateway } from '../adapter/gateway.ts';
import { arrived, said, until } from '../adapter/rig.ts';
import { failing, poster, words } from '../adapter/words.ts';
import { type DiscordUnderTest, startDiscordChannel } from './channel.ts';

const running: DiscordUnderTest[] = [];

afterEach(async () => {
  for (const channel of running.splice(0)) await channel.stop();
});

async function start(): Promise<DiscordUnderTest> {
  const channel = await startDiscordChannel();
  running.push(channel);
  return channel;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const notes = { name: 'notes.txt', mime: 'text/plain', bytes: bytesOf('five!') };

function download({ adapter }: DiscordUnderTest, file: Attachment | undefined): Promise<Uint8Array> {
  const { download } = adapter();
  if (file === undefined || download === undefined) throw new Error('no file came');
  return download(file, 1000, new AbortController().signal);
}

describe('what is answered or passed on', () => {
  test('a message that is passed on comes as a quotation of nobody, with its files', async () => {
    const channel = await start();
    const { discord, ids, spots } = channel;
    const first = discord.people.say(ids.ben, spots.channel, 'the build\nis red', { files: [notes] });
    discord.people.say(ids.ann, spots.thread, '', { passesOn: first });
    const event = await arrived(channel, 'message');
    expect(event.text).toBe('Forwarded message:\n> the build\n> is red');
    expect(event.replyTo).toBeUndefined();
    expect(event.quote).toBeUndefined();
    expect(event.attachments).toMatchObject([{ name: 'notes.txt', size: 5 }]);
    expect(await download(channel, event.attachments?.[0])).toEqual(Buffer.from('five!'));
  });

  test('what we said ourselves is quoted as it reads, without the small print', async () => {
    const channel = await start();
    const message = words('The test `a_b` is *not* ok_ay.', { footnote: 'claude · build · 4 s' });
    const id = await poster(channel)(message);
    const reply = await said(channel, 'thread', 'why?', { replyTo: id });
    expect(reply.quote).toEqual({
      author: { id: `discord:${channel.discord.world.bot.id}`, name: 'dragoman', bot: true },
      text: 'The test `a_b` is *not* ok_ay.',
    });
  });

  test('an answer to what was taken away meanwhile is a message', async () => {
    const channel = await start();
    const first = await said(channel, 'thread', 'never mind');
    channel.discord.people.remove(first.message);
    const reply = await said(channel, 'thread', 'what was it?', { replyTo: first.message });
    expect(reply.quote).toBeUndefined();
    expect(reply.replyTo).toBe(first.message);
  });

  test('an answer that is not as it should be costs its quotation only', async () => {
    const channel = await start();
    const { discord, ids, spots } = channel;
    const { world, gateway } = discord;
    gateway.raw('MESSAGE_CREATE', {
      id: world.id(),
      channel_id: spots.thread,
      guild_id: world.guild,
      type: 19,
      author: { id: ids.ann, username: 'ann' },
      content: 'still here',
      message_reference: { message_id: world.id() },
      referenced_message: { strange: true },
      message_snapshots: 'none',
    });
    await arrived(channel, 'message', ({ text }) => text === 'still here');
  });
});

test('what names others or answers them is said to them; what names nobody, or us as well, is not', async () => {
  const channel = await start();
  const { discord, ids } = channel;
  const first = await said(channel, 'thread', 'is it red?', { by: 'ben' });
  const toOthers = async (text: string, how = {}) => {
    await channel.people.write('thread', text, how);
    const event = await arrived(channel, 'message', ({ text: heard }) =>
      heard.endsWith(text.split(' ').at(-1) ?? ''),
    );
    return event.toOthers === true;
  };
  expect(await toOthers(`<@${ids.ben}> could you look-1`)).toBe(true);
  expect(await toOthers('yes-2', { replyTo: first.message })).toBe(true);
  expect(await toOthers('yes-3', { replyTo: first.message, by: 'ben' })).toBe(false);
  expect(await toOthers('fix it-4')).toBe(false);
  expect(await toOthers(`<@${discord.world.bot.id}> ask <@${ids.ben}> about it-5`)).toBe(false);
});

describe('what was said before', () => {
  const before = async (channel: DiscordUnderTest, thread: string, message: string) => {
    const address = { ...channel.places.thread, thread };
    return (await channel.adapter().history?.(address, message, 20))?.map(({ author, text }) => [
      author.name,
      text,
    ]);
  };

  test('a mention in a channel begins anew: what others said there is not for the agent', async () => {
    const channel = await start();
    await channel.people.write('channel', 'about lunch');
    const { address, message } = await said(channel, 'channel', 'please help', { mention: true });
    expect(await channel.adapter().history?.(address, message, 20)).toEqual([]);
  });

  test('a thread that people began has its first message, and who said what', async () => {
    const channel = await start();
    const { discord, ids, spots } = channel;
    const first = discord.people.say(ids.ben, spots.channel, 'the build is red');
    discord.people.startThread(first, 'Red build');
    discord.people.say(ids.ann, first, 'since noon');
    discord.people.say(discord.people.join('CI', true), first, 'build 17 failed');
    const mention = discord.people.say(ids.ann, first, `<@${discord.world.bot.id}> can you look?`);
    await arrived(channel, 'message', ({ message }) => message === mention);
    expect(await before(channel, first, mention)).toEqual([
      ['Ben', 'the build is red'],
      ['Ann', 'since noon'],
    ]);
  });

  test('a post in a forum is told where the mention comes later', async () => {
    const channel = await start();
    const { discord, ids } = channel;
    const forum = discord.people.channel('questions', 15);
    const post = discord.people.forumPost(ids.ben, forum, 'Dates', 'why UTC?');
    const mention = discord.people.say(ids.ann, post, `<@${discord.world.bot.id}> do you know?`);
    await arrived(channel, 'message', ({ message }) => message === mention);
    expect(await before(channel, post, mention)).toEqual([['Ben', 'why UTC?']]);
    expect(await before(channel, post, post)).toEqual([]);
  });

  test('people are found behind what bots have said', async () => {
    const channel = await start();
    const { discord, spots } = channel;
    await said(channel, 'thread', 'long ago');
    const bot = discord.people.join('CI', true);
    for (let n = 0; n < 120; n += 1) discord.people.say(bot, spots.thread, `build ${n}`);
    const { message } = await said(channel, 'thread', 'and now?');
    expect(await before(channel, spots.thread, message)).toEqual([['Ann', 'long ago']]);
  });
});

describe('files', () => {
  test('what a person records is a file like others', async () => {
    const channel = await start();
    const voice = { name: 'voice-message.ogg', mime: 'audio/ogg', bytes: bytesOf('OggS') };
    channel.discord.people.say(channel.ids.ann, channel.spots.private, '', { files: [voice] });
    const event = await arrived(channel, 'message', ({ attachments }) => attachments !== undefined);
    expect(event).toMatchObject({
      text: '',
      attachments: [{ name: 'voice-message.ogg', mime: 'audio/ogg' }],
    });
  });

  test('an address that has run out is asked for again, and our token stays with us', async () => {
    const channel = await start();
    const { discord, people } = channel;
    await people.send?.('thread', 'read it', [notes]);
    const event = await arrived(channel, 'message', ({ text }) => text === 'read it');
    for (const _ of [1, 2]) expect(await download(channel, event.attachments?.[0])).toHaveLength(5);
    expect(discord.requests.filter(({ call }) => call === 'getMessage')).toHaveLength(2);
    for (const { headers } of discord.world.storage.fetches) expect(headers['authorization']).toBeUndefined();
  });

  test('an address on a host of others is not followed', async () => {
    const channel = await start();
    await channel.people.send?.('thread', 'read it', [notes]);
    const event = await arrived(channel, 'message', ({ text }) => text === 'read it');
    Object.assign(channel.discord.world.storage, { base: () => 'https://cdn.discordapp.com.evil.example' });
    expect((await failing(download(channel, event.attachments?.[0]))).failure.reason).toBe('rejected');
  });

  test('a file whose message was deleted is gone', async () => {
    const channel = await start();
    await channel.people.send?.('thread', 'read it', [notes]);
    const event = await arrived(channel, 'message', ({ text }) => text === 'read it');
    channel.discord.people.remove(event.message);
    expect((await failing(download(channel, event.attachments?.[0]))).failure.reason).toBe('gone');
  });

  const file = {
    name: 'fix.patch',
    mime: 'text/x-diff',
    bytes: bytesOf('-a\n+b\n'),
    markdown: '',
    silent: true,
  };

  test('a file can be the first that is said to a mention, and pings nobody', async () => {
    const channel = await start();
    const { discord, ids } = channel;
    const { address } = await said(channel, 'channel', 'the diff, please', { mention: true });
    const loud = { ...file, markdown: `for <@${ids.ben}> and @everyone`, silent: false };
    await channel.adapter().upload?.(address, loud, 'key-1');
    expect(discord.screen({ channel: address.thread }).at(-1)).toContain('{file fix.patch}');
    expect(discord.world.pings.filter(({ user }) => user !== discord.world.bot.id)).toEqual([]);
  });

  test('a file goes out also where the process has the dispatcher of another library', async () => {
    const before = getGlobalDispatcher();
    const other = new Agent();
    setGlobalDispatcher(other);
    try {
      const channel = await start();
      const { discord, spots, places } = channel;
      await channel.adapter().upload?.(places.thread, file, 'key-1');
      expect(discord.screen({ channel: spots.thread })).toEqual(['dragoman: {file fix.patch}']);
    } finally {
      setGlobalDispatcher(before);
      await other.close();
    }
  });

  test('a file wakes an archived thread', async () => {
    const channel = await start();
    const { discord, spots, places } = channel;
    discord.people.archive(spots.thread);
    await channel.adapter().upload?.(places.thread, file, 'key-1');
    expect(discord.screen({ channel: spots.thread })).toEqual(['dragoman: {file fix.patch}']);
  });

  test('a file that is too large, or not allowed there, is said so', async () => {
    const channel = await start();
    const { discord, spots, places, adapter } = channel;
    const large = { ...file, bytes: new Uint8Array(10 * 1024 * 1024 + 1) };
    const tooLarge = await failing(adapter().upload?.(places.thread, large, 'key-1') ?? Promise.resolve());
    expect(tooLarge.failure.reason).toBe('rejected');
    expect(tooLarge.message).toContain('larger than this server takes');
    discord.world.channels.get(spots.thread)?.denied.add('attach');
    const denied = await failing(adapter().upload?.(places.thread, file, 'key-2') ?? Promise.resolve());
    expect(denied.failure.reason).toBe('forbidden');
    expect(denied.message).toContain('Attach Files');
  });
});

test('a second bot has threads of its own, and knows the same people', async () => {
  const { discord, ids, spots } = await start();
  const environment = { DISCORD_BOT_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };
  const config = definition.parse(environment, undefined);
  if (config === undefined) throw new Error('Discord is switched off');
  const commands = [{ name: 'status', description: 'What is going on', argument: '[what]' }];
  const gateway = createGateway({ documents: memoryDocuments(), routes: { add: () => {} }, commands });
  const adapter = await definition.create(config, {
    id: 'second',
    publicUrl: 'http://127.0.0.1',
    host: gateway.host,
  });
  const stop = new AbortController();
  const run = adapter.run(stop.signal);
  await until(() => (discord.world.commands.length === 1 ? discord.world.commands : undefined), 'its list');
  const id = discord.people.say(ids.ann, spots.channel, `<@${discord.world.bot.id}> hello`);
  discord.people.command(ids.ann, spots.thread, 'status');
  const seen = await until(() => (gateway.events.length === 2 ? gateway.events : undefined), 'both events');
  discord.people.remove(id);
  await until(() => gateway.events[2], 'the deletion');
  expect(adapter.id).toBe('second');
  expect(seen.map(({ address, author }) => [address.platform, author.id])).toEqual(
    Array.from({ length: 3 }, () => ['second', `discord:${ids.ann}`]),
  );
  stop.abort();
  await run;
});
