import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Person } from '../fake/telegram/people.ts';
import { type FakeTelegram, startTelegram } from '../fake/telegram.ts';
import { eventually, type Gateway, startGateway } from '../harness.ts';

/** One platform as one of its bots sees it. Chats, messages and people have the same ids at both. */
interface Side {
  readonly telegram: FakeTelegram;
  readonly ann: Person;
}

interface World {
  readonly first: Side;
  readonly support: Side;
  readonly gateway: Gateway;
  readonly directory: string;
}

const state: { world?: World } = {};

function world(): World {
  if (state.world === undefined) throw new Error('the gateway did not start');
  return state.world;
}

const supportToken = '7000002:AASupportTokenOfTheStandInForTestsOnly';

async function begin(token?: string): Promise<Side> {
  const telegram = await startTelegram(token === undefined ? {} : { token });
  return { telegram, ann: telegram.person('Ann') };
}

beforeAll(async () => {
  const [first, support] = await Promise.all([begin(), begin(supportToken)]);
  const directory = await mkdtemp(join(tmpdir(), 'dragoman-bots-'));
  const config = join(directory, 'dragoman.json');
  const bot = { platform: 'telegram', botToken: supportToken, apiUrl: support.telegram.url };
  await writeFile(config, JSON.stringify({ pieceWindowMs: 50, bots: { support: bot } }), { mode: 0o600 });
  const gateway = await startGateway({
    env: {
      DRAGOMAN_CONFIG: config,
      TELEGRAM_BOT_TOKEN: first.telegram.token,
      TELEGRAM_API_URL: first.telegram.url,
      // The same person at both bots is one person.
      DRAGOMAN_ADMINS: `telegram:${first.ann.user.id}`,
    },
  });
  state.world = { first, support, gateway, directory };
});

afterAll(async () => {
  const { gateway, first, support, directory } = world();
  await gateway.end();
  await Promise.all([first.telegram.stop(), support.telegram.stop()]);
  await rm(directory, { recursive: true });
});

const screen = ({ telegram, ann }: Side) => telegram.screen(ann.chat);

async function answered(side: Side, text: string, turns: number): Promise<string> {
  return eventually(`${turns} answers, with "${text}"`, () => {
    const seen = screen(side);
    const ended = seen.match(/scripted · build/g)?.length ?? 0;
    return ended === turns && seen.includes(text) && !seen.includes('[Stop]') ? seen : undefined;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${screen(side)}\n${world().gateway.output()}`);
  });
}

test('two bots of one platform: each answers what was said to it, also after a crash', async () => {
  const { first, support, gateway } = world();
  expect([first.ann.chat, first.ann.user.id]).toEqual([support.ann.chat, support.ann.user.id]);
  first.ann.say(first.ann.chat, 'echo said to the first');
  support.ann.say(support.ann.chat, 'echo said to support');
  expect(await answered(first, 'said to the first', 1)).not.toContain('support');
  expect(await answered(support, 'said to support', 1)).not.toContain('the first');
  await gateway.kill();
  support.ann.say(support.ann.chat, 'echo support once more');
  await gateway.start();
  expect(await answered(support, 'support once more', 2)).not.toContain('the first');
  first.ann.say(first.ann.chat, 'echo the first once more');
  expect(await answered(first, 'the first once more', 2)).not.toContain('support');
});

test('each has its own place in ready and metrics, and no token is logged', async () => {
  const { first, gateway } = world();
  const ready = await (await fetch(gateway.url('/readyz'))).text();
  const metrics = await (await fetch(gateway.url('/metrics'))).text();
  for (const id of ['telegram', 'telegram-support']) {
    expect(ready).toContain(`"platform ${id}"`);
    expect(metrics).toContain(`"${id}"`);
  }
  expect(gateway.output()).not.toContain(supportToken.split(':')[1]);
  expect(gateway.output()).not.toContain(first.telegram.token.split(':')[1]);
});
