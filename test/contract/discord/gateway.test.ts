import { afterEach, expect, test } from 'vitest';
import { createDiscordAdapter } from '../../../adapters/discord/adapter.ts';
import { parseConfig } from '../../../adapters/discord/config.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { type FakeDiscord, type FakeDiscordOptions, startFakeDiscord } from '../../fake/discord.ts';
import { memoryDocuments } from '../../fake/documents.ts';
import { createGateway } from '../adapter/gateway.ts';
import { arrived, said, until } from '../adapter/rig.ts';
import { poster, words } from '../adapter/words.ts';
import { startDiscordChannel } from './channel.ts';

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function start(options: FakeDiscordOptions = {}) {
  const channel = await startDiscordChannel(options);
  ends.push(() => channel.stop());
  return channel;
}

test('no more is asked of Discord than is needed', async () => {
  const { discord } = await start();
  expect(discord.gateway.intents()).toBe(37_377);
});

test('after a refused resume what was said meanwhile is read back, in order', async () => {
  const channel = await start();
  const { discord, ids, spots, gateway } = channel;
  await said(channel, 'private', 'hello');
  await said(channel, 'thread', 'before');
  discord.gateway.nextResume('refuse');
  discord.gateway.cut();
  discord.people.say(ids.ann, spots.thread, 'first');
  discord.people.say(ids.ben, spots.thread, 'second');
  discord.people.say(ids.ann, spots.private, 'in private');
  await arrived(channel, 'message', ({ text }) => text === 'in private');
  await said(channel, 'thread', 'third');
  const texts = gateway.events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
  expect(texts.slice(texts.indexOf('before') + 1).filter((text) => text !== 'in private')).toEqual([
    'first',
    'second',
    'third',
  ]);
  expect(discord.gateway.logins.identified).toBe(2);
});

test('a mention that was written while nobody listened is found, where we were mentioned before', async () => {
  const channel = await start();
  const { discord } = channel;
  await said(channel, 'channel', 'the first time', { mention: true });
  await channel.halt();
  discord.people.say(channel.ids.ben, channel.spots.channel, 'nothing for us');
  await channel.people.write('channel', 'in between', { mention: true });
  await channel.begin();
  expect(await arrived(channel, 'message', ({ text }) => text === 'in between')).toMatchObject({
    room: 'channel',
  });
});

test('what Discord cuts, closes or asks for ends no listening', async () => {
  const channel = await start();
  const { gateway } = channel.discord;
  await said(channel, 'thread', 'begin');
  const interruptions = {
    'after op 7': () => gateway.askToReconnect(),
    'after 4000': () => gateway.close(4000),
    'after 4009': () => gateway.close(4009),
  };
  for (const [text, interrupt] of Object.entries(interruptions)) {
    const { resumed } = gateway.logins;
    interrupt();
    await channel.people.write('thread', text);
    await arrived(channel, 'message', (event) => event.text === text);
    await until(() => gateway.logins.resumed > resumed || undefined, 'a resume');
  }
  expect(gateway.logins).toEqual({ identified: 1, resumed: 3 });
});

test('a payload that is none of what it should be ends nothing', async () => {
  const channel = await start();
  const { gateway, world } = channel.discord;
  for (const type of [
    'MESSAGE_CREATE',
    'MESSAGE_UPDATE',
    'INTERACTION_CREATE',
    'THREAD_CREATE',
    'GUILD_CREATE',
  ])
    for (const data of [null, 'text', [], {}, { id: 1, thread: null }, { id: world.id(), channel_id: {} }])
      gateway.raw(type, data);
  await said(channel, 'thread', 'still here');
});

/** An adapter that need not come to life. */
async function lonely(prepare: (discord: FakeDiscord) => void, options: FakeDiscordOptions = {}) {
  const discord = await startFakeDiscord(options);
  ends.push(() => discord.close());
  const environment = { DISCORD_BOT_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };
  prepare(discord);
  const config = parseConfig(environment, undefined);
  if (config === undefined) throw new Error('Discord is switched off');
  const gateway = createGateway({ documents: memoryDocuments(), routes: { add: () => {} } });
  const clock = { ...systemClock, offset: 0 };
  const moved = { ...systemClock, now: () => Date.now() + clock.offset };
  const adapter = await createDiscordAdapter({ config, id: 'discord', host: gateway.host, clock: moved });
  const move = (ms: number) => {
    clock.offset += ms;
  };
  const stop = new AbortController();
  const run = adapter.run(stop.signal);
  ends.push(async () => {
    stop.abort();
    await Promise.allSettled([run]);
  });
  return { discord, gateway, adapter, run, move };
}

test('a wrong token is said with what to do, and nothing looks alive', async () => {
  const { gateway, discord } = await lonely((fake) => {
    fake.access.token = 'another-token';
  });
  await until(() => gateway.ailments[0], 'an ailment');
  expect(gateway.ailments[0]).toContain('Discord refuses DISCORD_BOT_TOKEN');
  expect(gateway.proofs).toEqual([]);
  expect(discord.gateway.logins.identified).toBe(0);
});

test('a token that is taken back while we listen is said, and never tried again', async () => {
  const { gateway, discord } = await lonely(() => {});
  await until(() => gateway.proofs[0], 'a proof');
  discord.gateway.close(4004);
  await until(() => gateway.ailments[0], 'an ailment');
  expect(gateway.ailments).toEqual([expect.stringContaining('Discord refuses DISCORD_BOT_TOKEN')]);
  expect(discord.gateway.logins.identified).toBe(1);
});

test('an intent that is switched off is said with what to do', async () => {
  const { gateway } = await lonely((fake) => {
    fake.gateway.portal.messageContent = false;
  });
  await until(() => gateway.ailments[0], 'an ailment');
  expect(gateway.ailments[0]).toContain('Message Content intent');
  expect(gateway.proofs).toEqual([]);
});

test('the last logins of a day are not used up', async () => {
  const { gateway, discord } = await lonely(() => {}, { logins: 20 });
  await until(() => gateway.ailments[0], 'an ailment');
  expect(gateway.ailments[0]).toContain('no more logins today (20 left)');
  expect(discord.gateway.logins.identified).toBe(0);
});

test('a resume that is never answered is given up, for a new start', async () => {
  const { gateway, discord, run, move } = await lonely(() => {});
  await until(() => gateway.proofs[0], 'a proof');
  discord.gateway.nextResume('silence');
  discord.gateway.cut();
  await until(() => discord.gateway.connected() === 0 || undefined, 'the cut is noticed');
  move(20_000);
  await until(() => gateway.ailments[0], 'an ailment');
  expect(gateway.ailments[0]).toContain('The connection to Discord is lost');
  move(60_000);
  await expect(run).rejects.toThrow('no session within a minute');
});

test('as many shards are opened as Discord asks for', async () => {
  const { gateway, discord } = await lonely(() => {}, { shards: 2 });
  await until(() => discord.gateway.logins.identified === 2 || undefined, 'two shards');
  await until(() => gateway.proofs[0], 'a proof');
});

test('a channel that is full for the moment says when it is not', async () => {
  const channel = await start({ limits: {} });
  const post = poster(channel);
  // One call was made when the rig began.
  const posts = Array.from({ length: 7 }, (_, n) => post(words(`${n}`)));
  const outcomes = await Promise.allSettled(posts);
  const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  expect(refused).toHaveLength(3);
  for (const { failure } of refused) {
    expect(failure.reason).toBe('rate-limited');
    expect(failure.retryAfterMs).toBeGreaterThan(0);
    expect(failure.retryAfterMs).toBeLessThanOrEqual(5000);
  }
  await post(words('elsewhere'), channel.places.other);
  expect(channel.discord.limits?.refused()).toBe(0);
});
