/** Whose word an answer is: pages of hosts on the way, refusals without a code of Discord's, waits in the body only. */
import { afterEach, describe, expect, test } from 'vitest';
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

interface Told {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const html = { 'content-type': 'text/html' };
const page = '<html><body><h1>Sign in to the guest network</h1></body></html>';

/** Answers that decide nothing, as hosts on the way give them. */
const undecided: readonly (readonly [string, Told])[] = [
  ['a page under 200', { status: 200, headers: html, body: page }],
  ['another service under 200', { status: 200, body: { status: 'ok' } }],
  ['a text under 200', { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' }],
  ['nothing under 200', { status: 200, headers: { 'content-length': '0' } }],
  ['a way to a page', { status: 302, headers: { location: 'https://portal.example/login' } }],
  ['a page under 400', { status: 400, headers: html, body: page }],
  ['a page under 401', { status: 401, headers: html, body: page }],
  ['a page under 403', { status: 403, headers: html, body: page }],
  ['a page under 404', { status: 404, headers: html, body: page }],
  ['another service under 404', { status: 404, body: { message: 'no Route matched with those values' } }],
  ['another service under 403', { status: 403, body: { error: 'access_denied' } }],
  ['a code in words', { status: 400, body: { error: 'bad_request', code: 'bad_request' } }],
  ['Discord overloaded', { status: 400, body: { code: 130_000, message: 'API resource is overloaded' } }],
  ['Discord ill', { status: 403, body: { code: 40_333, message: 'internal network error' } }],
];

const calls = [
  [
    'createMessage',
    async ({ adapter, places }) => void (await adapter().post(places.thread, words('after'), 'key-2')),
  ],
  ['editMessage', ({ adapter, places }, id) => adapter().edit(places.thread, id, words('after'))],
  ['deleteMessage', async ({ adapter, places }, id) => adapter().remove?.(places.thread, id)],
  ['editChannel', async ({ adapter, places }) => adapter().entitle?.(places.thread, 'Another name')],
] as const satisfies readonly (readonly [string, (channel: DiscordUnderTest, id: string) => Promise<void>])[];

describe('an answer that is not Discord’s decides nothing', () => {
  for (const [call, make] of calls)
    test(`to ${call}`, async () => {
      const channel = await start();
      const { discord, spots } = channel;
      const id = await poster(channel)(words('before'));
      for (const [what, told] of undecided) {
        // Nothing is what Discord itself answers to what was taken away.
        if (call === 'deleteMessage' && what === 'nothing under 200') continue;
        discord.faults.onCall(call, { type: 'answer', ...told });
        const { failure } = await failing(make(channel, id));
        expect({ what, failure }).toEqual({ what, failure: { reason: 'unavailable' } });
      }
      expect(discord.screen({ channel: spots.thread })).toEqual(['dragoman: before']);
      await make(channel, id);
      expect(discord.faults.left()).toBe(0);
    });

  test('a page where a body is too large is final, since the same body will not pass', async () => {
    const channel = await start();
    const large = { type: 'answer', status: 413, headers: html, body: page } as const;
    // In each form of the message.
    channel.discord.faults.onCall('createMessage', large, { times: 2 });
    const refused = await failing(poster(channel)(words('after')));
    expect(refused.failure).toEqual({ reason: 'rejected' });
    expect(refused.message).toContain('larger than this server takes');
  });

  test('a page under 401 is not called a wrong token, and the token stays in use', async () => {
    const channel = await start();
    const { discord, gateway } = channel;
    discord.faults.onCall('createMessage', { type: 'answer', status: 401, headers: html, body: page });
    const post = poster(channel);
    await failing(post(words('lost')));
    await post(words('found'));
    expect(gateway.ailments.filter((reason) => reason.includes('DISCORD_BOT_TOKEN'))).toEqual([]);
    expect(discord.screen({ channel: channel.spots.thread })).toEqual(['dragoman: found']);
  });
});

describe('a wait', () => {
  const limited = (told: Omit<Told, 'status'>): Told => ({ status: 429, ...told });
  const said: readonly (readonly [string, Told, number])[] = [
    [
      'in the body only',
      limited({ body: { message: 'You are being rate limited.', retry_after: 7.25 } }),
      7250,
    ],
    ['in the header only', limited({ headers: { ...html, 'retry-after': '9' }, body: page }), 9000],
    ['nowhere', limited({ headers: html, body: page }), 5000],
    ['in words', limited({ headers: { 'retry-after': 'soon' }, body: { retry_after: 'soon' } }), 5000],
  ];
  for (const [where, told, retryAfterMs] of said)
    test(`that is told ${where}`, async () => {
      const channel = await start();
      channel.discord.faults.onCall('createMessage', { type: 'answer', ...told });
      const { failure } = await failing(poster(channel)(words('after')));
      expect(failure).toEqual({ reason: 'rate-limited', retryAfterMs });
    });
});
