import { setImmediate } from 'node:timers/promises';
import type { Update } from 'grammy/types';
import { afterEach, expect, test } from 'vitest';
import { createApi } from '../../../adapters/telegram/client.ts';
import { type PollingDeps, poll } from '../../../adapters/telegram/polling.ts';
import { type Answer, type BotApi, type Call, serveBotApi } from './server.ts';

const token = '123456789:AAEexample-example_example';
const servers: BotApi[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

interface Polling {
  /** `getUpdates 12` for a poll from 12 on, in order. */
  calls(): readonly string[];
  readonly stored: readonly number[];
  /** What was told: proofs, and what is wrong. */
  readonly told: readonly string[];
  /** Milliseconds of each wait. */
  readonly waits: readonly number[];
  /** Ends when the last answer is given. */
  readonly ended: Promise<void>;
}

/** Polls through the real client until the answers are used up; the last one is repeated while it ends. */
async function polling(
  answers: readonly Answer[],
  refuse: (id: number) => boolean = () => false,
): Promise<Polling> {
  const stop = new AbortController();
  const left = [...answers];
  const server = await serveBotApi(({ method }) => {
    if (method === 'deleteWebhook') return { result: true };
    const answer = left.shift();
    if (answer !== undefined) return answer;
    stop.abort();
    return { result: [] };
  });
  servers.push(server);
  const stored: number[] = [];
  const told: string[] = [];
  const waits: number[] = [];
  let time = 0;
  const deps: PollingDeps = {
    api: createApi({ token: { reveal: () => token }, apiUrl: server.url }),
    clock: {
      now: () => time,
      async sleep(ms) {
        waits.push(ms);
        time += ms;
        // What else there is to do gets its turn, as it would.
        await setImmediate();
      },
    },
    random: () => 1,
    async store({ update_id: id }) {
      if (refuse(id)) throw new Error('the database does not answer');
      stored.push(id);
    },
    log: { warn: (fields, fact) => told.push(`${fact} ${JSON.stringify(fields)}`) },
    alive: (proof) => told.push(proof),
    ailing: (reason) => told.push(reason),
  };
  return {
    calls: () => server.calls.map(named),
    stored,
    told,
    waits,
    ended: poll(deps, stop.signal),
  };
}

function named({ method, parameters: { offset = 0, timeout } }: Call): string {
  return method === 'getUpdates' ? `poll from ${offset} for ${timeout} s` : method;
}

const updates = (...ids: readonly number[]): Answer => ({
  result: ids.map((update_id): Update => ({ update_id })),
});
const refusal = (error_code: number, description: string, parameters = {}): Answer => ({
  error_code,
  description,
  parameters,
});

test('a poll names the first update that is not stored, and what the abort left in doubt is confirmed at the end', async () => {
  const { ended, stored, calls } = await polling([updates(10, 11), updates(12)]);
  await ended;
  expect(stored).toEqual([10, 11, 12]);
  expect(calls()).toEqual([
    'poll from 0 for 0 s',
    'poll from 12 for 30 s',
    'poll from 13 for 30 s',
    'poll from 13 for 0 s',
  ]);
});

/** An update of a chat. */
const said = (update_id: number, chat: number): Update => ({
  update_id,
  message: {
    message_id: update_id,
    date: 1,
    chat: { id: chat, type: 'private', first_name: 'A' },
    from: { id: chat, is_bot: false, first_name: 'A' },
    text: 'a',
  },
});

test('an update that cannot be stored is tried again: its chat waits for it, and no other does', async () => {
  let tries = 0;
  const refuse = (id: number) => id === 11 && ++tries < 4;
  const all = [said(10, 1), said(11, 1), said(12, 1), said(13, 2)];
  const later = [...all.slice(1), said(14, 2)];
  const { ended, stored, calls } = await polling([{ result: all }, { result: later }], refuse);
  await ended;
  expect(stored.toSorted()).toEqual([10, 11, 12, 13, 14]);
  expect(stored.indexOf(13)).toBeLessThan(stored.indexOf(11));
  expect(stored.indexOf(11)).toBeLessThan(stored.indexOf(12));
  expect(calls().slice(0, 2)).toEqual(['poll from 0 for 0 s', 'poll from 11 for 30 s']);
  expect(calls().at(-1)).toBe('poll from 15 for 0 s');
});

test('while nothing can be stored, nothing is confirmed and nothing given up', async () => {
  const batch = { result: [said(10, 1), said(11, 2)] };
  const { ended, stored, calls, told } = await polling(
    [batch, ...Array.from({ length: 40 }, () => batch)],
    () => true,
  );
  await ended;
  expect(stored).toEqual([]);
  expect(calls().every((call) => /^poll from (0|10) /.test(call))).toBe(true);
  expect(told.filter((word) => word.includes('given up'))).toEqual([]);
});

test('an update that alone cannot be stored is given up in the end, with its number in the log', async () => {
  const batch = { result: [said(10, 1), said(11, 2), said(12, 1)] };
  const again = { result: [said(10, 1)] };
  const { ended, stored, told } = await polling(
    [batch, ...Array.from({ length: 60 }, () => again)],
    (id) => id === 10,
  );
  await ended;
  expect(stored).toEqual([11, 12]);
  expect(told).toContain('an update was given up: others could be stored meanwhile {"update":10,"tries":20}');
});

test('trouble with the line is borne with growing pauses, and told when it lasts', async () => {
  const html = { status: 502, body: '<html>Bad Gateway</html>' } as const;
  const { ended, told, waits } = await polling([
    updates(),
    'cut',
    ...Array.from({ length: 8 }, () => html),
    updates(),
  ]);
  await ended;
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect(told[0]).toBe('Telegram answered a poll');
  expect(told[1]).toMatchInlineSnapshot(
    `"Telegram does not answer (getUpdates: a page came instead of an answer (status 502)). What people write is kept there for a day and comes when it answers again."`,
  );
  expect(told.at(-1)).toBe('Telegram answered a poll');
});

test('told to wait, it waits as long as told', async () => {
  const limited = refusal(429, 'Too Many Requests: retry after 7', { retry_after: 7 });
  const { ended, waits } = await polling([limited, updates()]);
  await ended;
  expect(waits).toEqual([7000]);
});

test('a token that is not known is told with its fix, and asked about once a minute', async () => {
  const unknown = refusal(401, 'Unauthorized');
  const { ended, told, waits } = await polling([unknown, unknown, updates()]);
  await ended;
  expect(waits).toEqual([60_000, 60_000]);
  expect(told).toMatchInlineSnapshot(`
    [
      "Telegram does not know this bot token. Copy the current one from @BotFather into TELEGRAM_BOT_TOKEN and start again.",
      "Telegram does not know this bot token. Copy the current one from @BotFather into TELEGRAM_BOT_TOKEN and start again.",
      "Telegram answered a poll",
    ]
  `);
});

test('a second program is told, and disturbed ever more seldom', async () => {
  const rival = refusal(
    409,
    'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  );
  const { ended, told, waits } = await polling([...Array.from({ length: 7 }, () => rival), updates()]);
  await ended;
  expect(waits).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  expect(told[0]).toMatchInlineSnapshot(
    `"Another program polls with this bot token, and Telegram gives messages to one only. Stop the other one, or give each a bot of its own."`,
  );
});

test('a webhook that was left over is taken away, with nothing dropped', async () => {
  const hook = refusal(
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  );
  const { ended, told, waits, calls, stored } = await polling([hook, updates(5)]);
  await ended;
  expect(calls().slice(0, 3)).toEqual(['poll from 0 for 0 s', 'deleteWebhook', 'poll from 0 for 0 s']);
  expect(servers[0]?.calls[1]?.parameters).toEqual({ drop_pending_updates: false });
  expect(told.every((word) => word === 'Telegram answered a poll')).toBe(true);
  expect([waits, stored]).toEqual([[], [5]]);
});

test('nothing that is told holds the token', async () => {
  const { ended, told } = await polling(Array.from({ length: 9 }, () => 'cut' as const));
  await ended;
  expect(told.length).toBeGreaterThan(1);
  expect(told.join('\n')).not.toContain('AAE');
});
