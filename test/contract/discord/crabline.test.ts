/** The same doings on our own stand-in and on one that others made: where they differ, docs/standins.md says how. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDiscordServer } from '@openclaw/crabline';
import { afterEach, describe, expect, test } from 'vitest';
import { discord as definition } from '../../../adapters/discord/index.ts';
import { startFakeDiscord } from '../../fake/discord.ts';
import { memoryDocuments } from '../../fake/documents.ts';
import { createGateway } from '../adapter/gateway.ts';
import { until } from '../adapter/rig.ts';
import { started } from '../adapter/runner.ts';
import { allow, card, words } from '../adapter/words.ts';

/** What both can do. */
interface StandIn {
  readonly url: string;
  readonly token: string;
  readonly bot: string;
  readonly channel: string;
  /** Somebody writes in a channel, or in a thread of one. */
  say(text: string, thread?: string): Promise<void>;
  stop(): Promise<void>;
}

const person = '300000000000000001';

async function ours(): Promise<StandIn> {
  const { people, world, apiUrl, token, close } = await startFakeDiscord({ limits: false });
  const ann = people.join('Ann');
  const channel = people.channel('team');
  return {
    url: apiUrl,
    token,
    bot: world.bot.id,
    channel,
    say: async (text, thread = channel) => void people.say(ann, thread, text),
    stop: close,
  };
}

async function theirs(): Promise<StandIn> {
  const directory = await mkdtemp(join(tmpdir(), 'crabline-'));
  const { manifest, close } = await startDiscordServer({ recorderPath: join(directory, 'calls.jsonl') });
  const { fixture, endpoints, adminToken } = manifest;
  return {
    url: endpoints.apiRoot,
    token: manifest.botToken,
    bot: manifest.botUserId,
    channel: fixture.channelId,
    async say(text, thread) {
      const response = await fetch(endpoints.adminInboundUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-crabline-admin-token': adminToken },
        body: JSON.stringify({
          guildId: fixture.guildId,
          channelId: thread ?? fixture.channelId,
          ...(thread === undefined ? {} : { parentChannelId: fixture.channelId }),
          senderId: person,
          senderName: 'Ann',
          content: text,
        }),
      });
      expect(response.status).toBe(200);
    },
    async stop() {
      await close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function begin(start: () => Promise<StandIn>) {
  const standIn = await start();
  ends.push(() => standIn.stop());
  const gateway = createGateway({ documents: memoryDocuments(), routes: { add: () => {} } });
  const run = async (token = standIn.token) => {
    const environment = { DISCORD_BOT_TOKEN: token, DISCORD_API_URL: standIn.url };
    const running = await started(definition, environment, gateway);
    ends.push(running.end);
    return running;
  };
  const heard = async (proofs = 0) => {
    await until(() => gateway.proofs.length > proofs || undefined, 'a proof of life');
  };
  const texts = () => gateway.events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
  const arrival = (text: string) =>
    until(() => gateway.events.find((event) => 'text' in event && event.text === text), text);
  const api = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${standIn.url}/v10${path}`, {
      method,
      headers: { authorization: `Bot ${standIn.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };
  return { standIn, gateway, run, heard, texts, arrival, api };
}

const both = [
  ['our own stand-in', ours],
  ['the stand-in of others', theirs],
] as const;

describe.each(both)('%s', (_name, start) => {
  test('a mention becomes a thread, in which all is told to us', async () => {
    const { standIn, run, heard, arrival, api } = await begin(start);
    const { adapter } = await run();
    await heard();
    await standIn.say(`<@${standIn.bot}> please help`);
    const event = await arrival('please help');
    expect(event).toMatchObject({ room: 'channel', addressed: true, author: { name: 'Ann' } });
    const id = await adapter.post(event.address, words('On **it**.'), 'key-1');
    const posted = await api('GET', `/channels/${event.address.thread}/messages/${id}`);
    expect(posted.answer['content']).toBe('On **it**.');
    await standIn.say('and this', event.address.thread);
    expect(await arrival('and this')).toMatchObject({ room: 'thread', address: event.address });
  });

  test('a message is edited in place, with its buttons, and taken away', async () => {
    const { standIn, run, heard, arrival, api } = await begin(start);
    const { adapter } = await run();
    await heard();
    await standIn.say(`<@${standIn.bot}> please help`);
    const { address } = await arrival('please help');
    const id = await adapter.post(address, words('…', { live: true }), 'key-1');
    await adapter.edit(address, id, card('Run `ls`?', [allow]));
    const { answer } = await api('GET', `/channels/${address.thread}/messages/${id}`);
    expect(answer).toMatchObject({
      content: 'Run `ls`?',
      components: [
        { type: 1, components: [{ type: 2, label: 'Allow once', custom_id: `b:${allow.token}` }] },
      ],
    });
    await adapter.remove?.(address, id);
    await expect(adapter.edit(address, id, words('late'))).rejects.toMatchObject({
      failure: { reason: 'gone' },
    });
  });

  test('a file goes up and comes down as it was', async () => {
    const { standIn, run, heard, arrival, api } = await begin(start);
    const { adapter } = await run();
    await heard();
    await standIn.say(`<@${standIn.bot}> the diff, please`);
    const { address } = await arrival('the diff, please');
    const bytes = new TextEncoder().encode('-local\n+utc\n');
    const file = { name: 'fix.patch', mime: 'text/x-diff', bytes, markdown: 'The **diff**', silent: true };
    const id = await adapter.upload?.(address, file, 'key-1');
    const { answer } = await api('GET', `/channels/${address.thread}/messages/${id}`);
    expect(answer['content']).toBe('The **diff**');
    const [posted] = answer['attachments'] as readonly { readonly id: string; readonly filename: string }[];
    expect(posted?.filename).toBe('fix.patch');
    const attachment = { id: `${address.thread}/${id}/${posted?.id}`, name: '', mime: '', size: 0 };
    const { signal } = new AbortController();
    expect(await adapter.download?.(attachment, 1000, signal)).toEqual(Buffer.from(bytes));
  });

  test('what was said while nobody listened is read back, once and in order', async () => {
    const { standIn, run, heard, arrival, texts } = await begin(start);
    const first = await run();
    await heard();
    await standIn.say(`<@${standIn.bot}> one`);
    const { address } = await arrival('one');
    await first.adapter.post(address, words('Yes?'), 'key-1');
    await standIn.say('two', address.thread);
    await arrival('two');
    await first.end();
    await standIn.say('three', address.thread);
    await run();
    await heard(1);
    await arrival('three');
    await standIn.say('four', address.thread);
    await arrival('four');
    expect(texts()).toEqual(['one', 'two', 'three', 'four']);
  });

  test('a wrong token is said', async () => {
    const { run, gateway } = await begin(start);
    await run('another-token-of-nobody');
    await until(() => gateway.ailments[0], 'an ailment');
    expect(gateway.ailments[0]).toContain('Discord refuses DISCORD_BOT_TOKEN');
  });

  test('both refuse what Discord refuses', async () => {
    const { standIn, api } = await begin(start);
    const messages = `/channels/${standIn.channel}/messages`;
    const code = async (method: string, path: string, body?: unknown) => {
      const { status, answer } = await api(method, path, body);
      return [status, answer['code']];
    };
    expect(await code('POST', messages, { content: 'x'.repeat(2001) })).toEqual([400, 50035]);
    expect(await code('POST', messages, { content: '' })).toEqual([400, 50006]);
    expect(await code('GET', '/channels/300000000000000999')).toEqual([404, 10003]);
    expect(await code('GET', `${messages}/300000000000000999`)).toEqual([404, 10008]);
  });
});

describe('where they differ', () => {
  test.each([
    ['our own stand-in', ours, { second: 160_004, foreign: 50_005, repeated: true, before: true }],
    ['the stand-in of others', theirs, { second: 16_009, foreign: 50_013, repeated: false, before: false }],
  ] as const)('%s', async (_name, start, expected) => {
    const { standIn, run, heard, api, arrival } = await begin(start);
    await run();
    await heard();
    await standIn.say(`<@${standIn.bot}> hello`);
    const { address } = await arrival('hello');
    const messages = `/channels/${standIn.channel}/messages`;
    await api('POST', `${messages}/${address.thread}/threads`, { name: 'one' });
    const second = await api('POST', `${messages}/${address.thread}/threads`, { name: 'two' });
    const foreign = await api('PATCH', `${messages}/${address.thread}`, { content: 'mine' });
    const body = { content: 'once', nonce: 'n-1', enforce_nonce: true };
    const posts = [await api('POST', messages, body), await api('POST', messages, body)];
    const { answer: earlier } = await api('GET', `${messages}?before=${posts[0]?.answer['id']}`);
    const listed = (earlier as unknown as readonly { readonly id: string }[]).map(({ id }) => id);
    expect({
      before: !listed.includes(String(posts[0]?.answer['id'])),
      second: second.answer['code'],
      foreign: foreign.answer['code'],
      repeated: posts[0]?.answer['id'] === posts[1]?.answer['id'],
    }).toEqual(expected);
  });
});
