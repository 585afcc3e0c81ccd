/** Several projects and none of them the default: what people meet in a place that nobody listed. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Person } from '../fake/telegram/people.ts';
import { type FakeTelegram, startTelegram } from '../fake/telegram.ts';
import { eventually, type Gateway, startGateway } from '../harness.ts';
import { sharedDatabase } from '../shared.ts';

interface World {
  readonly gateway: Gateway;
  readonly telegram: FakeTelegram;
  readonly ann: Person;
  readonly ben: Person;
  readonly directory: string;
}

const state: { world?: World } = {};

function world(): World {
  if (state.world === undefined) throw new Error('the gateway did not start');
  return state.world;
}

beforeAll(async () => {
  const telegram = await startTelegram();
  const [ann, ben] = [telegram.person('Ann'), telegram.person('Ben')];
  const directory = await mkdtemp(join(tmpdir(), 'dragoman-unlisted-'));
  const projects = Object.fromEntries(
    ['api', 'docs'].map((name) => [name, { directory: join(directory, name) }]),
  );
  for (const one of Object.values(projects)) await mkdir(one.directory);
  const file = join(directory, 'dragoman.json');
  await writeFile(
    file,
    JSON.stringify({ projects, channels: { [`telegram:${ann.chat}`]: { project: 'api' } } }),
  );
  const gateway = await startGateway({
    databaseUrl: await sharedDatabase(),
    env: {
      DRAGOMAN_CONFIG: file,
      // The file names the projects.
      DRAGOMAN_DIRECTORY: '',
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_URL: telegram.url,
      DRAGOMAN_ADMINS: [ann, ben].map(({ user }) => `telegram:${user.id}`).join(','),
    },
  });
  state.world = { gateway, telegram, ann, ben, directory };
});

afterAll(async () => {
  await state.world?.gateway.end();
  await state.world?.telegram.stop();
  if (state.world !== undefined) await rm(state.world.directory, { recursive: true });
});

const sentence = 'No project is set up for this place, so nothing was passed on.';

test('on Telegram it is told, !why knows it, the log names it, and other chats are answered', async () => {
  const { telegram, ann, ben, gateway } = world();
  const seen = (chat: number) => telegram.screen(chat);
  ben.say(ben.chat, 'hello');
  await eventually('the sentence', () => seen(ben.chat).includes(sentence) || undefined);
  ben.say(ben.chat, '/why');
  await eventually(
    'the reason',
    () => seen(ben.chat).includes('Not answered: no project is set up for this place.') || undefined,
  );
  ann.say(ann.chat, 'echo still here');
  await eventually('an answer', () => /scripted · build/.test(seen(ann.chat)) || undefined);
  await eventually('all are confirmed', () => telegram.world.updates.pending() === 0 || undefined);
  expect(gateway.output()).toContain(`telegram:${ben.chat}`);
});

test('on the page the message is taken', async () => {
  const page = world().gateway.page();
  const thread = await page.begin();
  expect((await page.send(thread, 'hello')).status).toBe(202);
});
