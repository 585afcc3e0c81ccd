import { webApi } from '@slack/bolt';
import { SocketModeClient } from '@slack/socket-mode';
import { afterEach, describe, expect, test } from 'vitest';
import { createClient, quiet } from '../../../adapters/slack/client.ts';
import { createTestClock, type TestClock } from '../../clock.ts';
import { type FakeSlack, startFakeSlack, tokens } from '../../fake/slack.ts';

/** The stand-in, seen by the platform's own libraries. */
interface World {
  readonly slack: FakeSlack;
  readonly clock: TestClock;
  readonly client: webApi.WebClient;
}

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function begin(): Promise<World> {
  const clock = createTestClock();
  const slack = await startFakeSlack({ clock });
  ends.push(() => slack.close());
  return { slack, clock, client: createClient(tokens.bot, { apiUrl: slack.apiUrl }) };
}

async function socket({ slack }: World, onEvent: (envelope: Envelope) => void) {
  const client = new SocketModeClient({
    appToken: tokens.app,
    logger: quiet,
    autoReconnectEnabled: false,
    clientOptions: { slackApiUrl: slack.apiUrl },
  });
  client.on('slack_event', onEvent);
  await client.start();
  ends.push(() => client.disconnect());
  return client;
}

interface Envelope {
  readonly ack: (response?: object) => Promise<void>;
  readonly body: { readonly event_id?: string; readonly event?: Record<string, unknown> };
  readonly retry_num?: number;
  readonly retry_reason?: string;
}

const word = async (call: Promise<unknown>): Promise<string | undefined> => {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error instanceof webApi.WebAPIPlatformError ? error.data.error : String(error);
  }
};

describe('the Web API refuses', () => {
  test('other tokens, wrong kinds of tokens and scopes that are missing', async () => {
    const { slack, client } = await begin();
    const wrong = createClient('xoxb-other', { apiUrl: slack.apiUrl });
    expect(await word(wrong.auth.test())).toBe('invalid_auth');
    expect(await word(client.apps.connections.open({}))).toBe('not_allowed_token_type');
    slack.access.scopes = ['users:read'];
    expect(await word(client.chat.postMessage({ channel: 'C0API', text: 'x' }))).toBe('missing_scope');
    expect((await client.auth.test()).response_metadata?.scopes).toEqual(['users:read']);
  });

  test('places where the bot is not, and messages that are not its own', async () => {
    const { slack, client } = await begin();
    const { ts } = slack.people.say('U0ANN', 'C0API', 'mine');
    const post = (channel: string, thread?: string) =>
      word(
        client.chat.postMessage({
          channel,
          text: 'x',
          ...(thread === undefined ? {} : { thread_ts: thread }),
        }),
      );
    expect(await post('C0NOT')).toBe('not_in_channel');
    expect(await post('C0???')).toBe('channel_not_found');
    expect(await post('C0API', '1.000001')).toBe('thread_not_found');
    expect(await word(client.chat.update({ channel: 'C0API', ts, text: 'x' }))).toBe('cant_update_message');
    expect(await word(client.chat.delete({ channel: 'C0API', ts }))).toBe('cant_delete_message');
    expect(await word(client.chat.update({ channel: 'C0API', ts: '1.0', text: 'x' }))).toBe(
      'message_not_found',
    );
  });

  test('contents over its limits', async () => {
    const { client } = await begin();
    const post = (blocks: unknown) =>
      word(client.chat.postMessage({ channel: 'C0API', text: 'x', blocks: blocks as never }));
    const button = (value: string) => ({
      type: 'button',
      action_id: value,
      value,
      text: { type: 'plain_text', text: 'a' },
    });
    const markdown = (length: number) => ({ type: 'markdown', text: 'a'.repeat(length) });
    expect(await post([markdown(12_000)])).toBeUndefined();
    expect(await post([markdown(6_001), markdown(6_000)])).toBe('invalid_blocks');
    expect(await post(Array.from({ length: 51 }, () => ({ type: 'divider' })))).toBe('invalid_blocks');
    expect(await post([{ type: 'unheard_of' }])).toBe('invalid_blocks');
    expect(await post([{ type: 'section', text: { type: 'mrkdwn', text: 'a'.repeat(3001) } }])).toBe(
      'invalid_blocks',
    );
    expect(await post([{ type: 'actions', elements: [button('a'.repeat(2001))] }])).toBe('invalid_blocks');
    expect(await post([{ type: 'actions', elements: [button('a'), button('a')] }])).toBe('invalid_blocks');
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0API', text: 'x' });
    const update = (length: number) =>
      word(client.chat.update({ channel: 'C0API', ts, text: 'a'.repeat(length) }));
    expect(await update(4000)).toBeUndefined();
    expect(await update(4001)).toBe('msg_too_long');
    expect(await word(client.chat.postMessage({ channel: 'C0API', text: '' }))).toBe('no_text');
  });

  test('more calls than a minute holds, with whole seconds to wait', async () => {
    const { client, clock } = await begin();
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0API', text: 'x' });
    const update = () => client.chat.update({ channel: 'C0API', ts, text: 'y' });
    for (let count = 0; count < 50; count += 1) await update();
    await expect(update()).rejects.toMatchObject({ retryAfter: 60 });
    await clock.advance(60_000);
    await update();
  });
});

describe('files', () => {
  const bytes = Buffer.from('--- a\n+++ b\n');
  const send = (url: string, body: Buffer) =>
    fetch(url, { method: 'POST', body: new Uint8Array(body) }).then(({ status }) => status);

  test('go up in three steps, by the library’s own way as well, and are shown as a message', async () => {
    const { slack, client } = await begin();
    const { ts: root } = slack.people.say('U0ANN', 'C0API', 'go');
    await client.filesUploadV2({
      channel_id: 'C0API',
      thread_ts: root,
      file: bytes,
      filename: 'fix.diff',
      title: 'The fix',
      initial_comment: 'see *here*',
      snippet_type: 'diff',
    });
    expect(slack.screen({ channel: 'C0API', thread: root })).toEqual([
      'Ann: go',
      'dragoman: see *here* (fix.diff)',
    ]);
    const [file] = [...slack.world.files.values()];
    expect(file).toMatchObject({ title: 'The fix', snippet: 'diff', bytes });
  });

  test('an address takes the announced bytes, once, and only what has bytes is shared', async () => {
    const { slack, client } = await begin();
    const announce = async () => {
      const { upload_url: url = '', file_id: id = '' } = await client.files.getUploadURLExternal({
        filename: 'a.txt',
        length: bytes.length,
      });
      return { url, id };
    };
    const complete = (id: string, more: object = {}) =>
      word(client.files.completeUploadExternal({ files: [{ id }], channel_id: 'C0API', ...more }));
    const { url, id } = await announce();
    expect(await word(client.files.getUploadURLExternal({ filename: 'a.txt', length: 0 }))).toBe(
      'file_upload_size_restricted',
    );
    expect(await complete(id)).toBe('file_not_found');
    expect(await word(client.files.info({ file: id }))).toBe('file_not_found');
    expect(await send(url, Buffer.from('other'))).toBe(400);
    expect(await send(url, bytes)).toBe(200);
    expect(await send(url, bytes)).toBe(400);
    expect(await complete(id, { thread_ts: '1.000001' })).toBe('thread_not_found');
    expect(await complete(id, { channel_id: 'C0NOT' })).toBe('not_in_channel');
    slack.holdShares();
    expect(await complete(id)).toBeUndefined();
    expect(await complete(id)).toBe('file_not_found');
    expect((await client.files.info({ file: id })).file?.shares).toEqual({});
    slack.releaseShares();
    expect((await client.files.info({ file: id })).file?.shares).toEqual({
      public: { C0API: [{ ts: expect.any(String) }] },
    });
    slack.access.scopes = ['chat:write'];
    expect(await word(client.files.getUploadURLExternal({ filename: 'a', length: 1 }))).toBe('missing_scope');
    expect(await word(client.files.info({ file: id }))).toBe('missing_scope');
  });

  test('come down with the token; without it a page to log in on comes with status 200', async () => {
    const { slack, client } = await begin();
    const { id } = slack.file('U0ANN', { name: 'a b.txt', bytes });
    const { file } = await client.files.info({ file: String(id) });
    const get = (token: string) =>
      fetch(file?.url_private_download ?? '', { headers: { authorization: `Bearer ${token}` } });
    expect(Buffer.from(await (await get(tokens.bot)).arrayBuffer())).toEqual(bytes);
    const page = await get('xoxb-other');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    slack.access.scopes = ['chat:write'];
    expect(await (await get(tokens.bot)).text()).toContain('Sign in');
  });
});

test('each method has a minute of its own, and what it says to wait is enough', async () => {
  const { slack, client, clock } = await begin();
  const { id } = slack.file('U0ANN', { name: 'a.txt', bytes: 'x' });
  const info = () => client.files.info({ file: String(id) });
  for (let count = 0; count < 100; count += 1) await info();
  await clock.advance(20_000);
  await expect(info()).rejects.toMatchObject({ retryAfter: 40 });
  await client.users.info({ user: 'U0ANN' });
  await clock.advance(40_000);
  await info();
});

test('a reaction stands once, on what is there, with the scope', async () => {
  const { slack, client } = await begin();
  const { ts } = slack.people.say('U0ANN', 'C0API', 'go');
  const react = (timestamp: string) =>
    word(client.reactions.add({ channel: 'C0API', timestamp, name: 'eyes' }));
  expect([await react(ts), await react(ts), await react('1.000001')]).toEqual([
    undefined,
    'already_reacted',
    'message_not_found',
  ]);
  slack.access.scopes = ['chat:write'];
  expect(await react(ts)).toBe('missing_scope');
});

describe('modals', () => {
  test('open once for each trigger, within three seconds', async () => {
    const world = await begin();
    const { slack, client, clock } = world;
    const envelopes: Envelope[] = [];
    await socket(world, (envelope) => {
      envelopes.push(envelope);
      void envelope.ack({});
    });
    await slack.people.slash('U0ANN', 'C0API', 'status');
    await slack.people.slash('U0ANN', 'C0API', 'status');
    const view = {
      type: 'modal' as const,
      callback_id: 'x',
      title: { type: 'plain_text' as const, text: 'Title' },
      blocks: [{ type: 'divider' as const }],
    } satisfies webApi.ViewsOpenArguments['view'];
    const open = (at: number, change = {}) => {
      const { trigger_id: trigger = '' } = envelopes[at]?.body as { trigger_id?: string };
      return word(client.views.open({ trigger_id: trigger, view: { ...view, ...change } }));
    };
    const long = { title: { type: 'plain_text', text: 'a'.repeat(25) } };
    expect(await open(0, long)).toBe('invalid_arguments');
    expect(await open(0)).toBeUndefined();
    expect(await open(0)).toBe('exchanged_trigger_id');
    await clock.advance(3001);
    expect(await open(1)).toBe('expired_trigger_id');
  });
});

describe('events', () => {
  test('go to one of several sockets each', async () => {
    const world = await begin();
    const heard: [number, string][] = [];
    for (const number of [0, 1])
      await socket(world, ({ ack, body }) => {
        heard.push([number, String(body.event?.['text'])]);
        void ack();
      });
    for (const text of ['a', 'b', 'c', 'd'])
      expect(await world.slack.people.say('U0ANN', 'C0API', text).told).toBe(true);
    expect(heard.map(([, text]) => text)).toEqual(['a', 'b', 'c', 'd']);
    expect(new Set(heard.map(([number]) => number))).toEqual(new Set([0, 1]));
  });

  test('come again with their number where they are not acknowledged, and are given up', async () => {
    const world = await begin();
    const seen: Envelope[] = [];
    const arrivals: (() => void)[] = [];
    await socket(world, (envelope) => {
      seen.push(envelope);
      arrivals.shift()?.();
    });
    const arrival = () => new Promise<void>((resolve) => arrivals.push(resolve));
    let next = arrival();
    const { told } = world.slack.people.say('U0ANN', 'C0API', 'x');
    for (let count = 0; count < 3; count += 1) {
      await next;
      next = arrival();
      await world.clock.advance(3000);
    }
    await next;
    await world.clock.advance(3000);
    expect(await told).toBe(false);
    expect(new Set(seen.map(({ body }) => body.event_id)).size).toBe(1);
    expect(seen.map(({ retry_num: number }) => number)).toEqual([0, 1, 2, 3]);
    expect(seen.at(-1)?.retry_reason).toBe('timeout');
  });

  test('tell the bot of its own posts and edits', async () => {
    const world = await begin();
    const seen: unknown[] = [];
    await socket(world, ({ ack, body }) => {
      seen.push([body.event?.['subtype'], body.event?.['bot_id']]);
      void ack();
    });
    const { ts = '' } = await world.client.chat.postMessage({ channel: 'C0API', text: 'x' });
    await world.client.chat.update({ channel: 'C0API', ts, text: 'y' });
    await world.client.chat.delete({ channel: 'C0API', ts });
    await world.slack.settled();
    expect(seen).toEqual([
      [undefined, 'B0BOT'],
      ['message_changed', undefined],
      ['message_deleted', undefined],
    ]);
  });

  test('a ticket opens one socket', async () => {
    const { slack } = await begin();
    const app = createClient(tokens.app, { apiUrl: slack.apiUrl });
    const { url = '' } = await app.apps.connections.open({});
    const open = () =>
      new Promise<string>((resolve) => {
        const link = new WebSocket(url);
        link.onopen = () => {
          link.close();
          resolve('open');
        };
        link.onerror = () => resolve('refused');
      });
    expect([await open(), await open()]).toEqual(['open', 'refused']);
  });
});

test('a stream holds off edits and is closed after five minutes', async () => {
  const { slack, client, clock } = await begin();
  const { ts: root } = slack.people.say('U0ANN', 'C0API', 'go');
  const start = {
    channel: 'C0API',
    thread_ts: root,
    recipient_team_id: 'T0HOME',
    recipient_user_id: 'U0ANN',
  };
  const { ts = '' } = await client.chat.startStream(start);
  await client.chat.appendStream({ channel: 'C0API', ts, markdown_text: 'one ' });
  expect(await word(client.chat.update({ channel: 'C0API', ts, text: 'x' }))).toBe(
    'streaming_state_conflict',
  );
  await client.chat.appendStream({ channel: 'C0API', ts, markdown_text: 'two' });
  expect(slack.screen({ channel: 'C0API', thread: root }).at(-1)).toBe('dragoman: one two');
  await clock.advance(306_000);
  expect(await word(client.chat.appendStream({ channel: 'C0API', ts, markdown_text: 'x' }))).toBe(
    'message_not_in_streaming_state',
  );
  await client.chat.update({ channel: 'C0API', ts, text: 'edited' });
});

test('an address for answers takes five of them', async () => {
  const world = await begin();
  const urls: string[] = [];
  await socket(world, ({ ack, body }) => {
    urls.push(String((body as { response_url?: string }).response_url));
    void ack({});
  });
  await world.slack.people.slash('U0ANN', 'C0API', 'status');
  const answer = async () =>
    (await fetch(urls[0] ?? '', { method: 'POST', body: JSON.stringify({ text: 'x' }) })).status;
  const statuses: number[] = [];
  for (let count = 0; count < 6; count += 1) statuses.push(await answer());
  expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
});
