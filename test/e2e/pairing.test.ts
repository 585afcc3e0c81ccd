import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoPlaces } from '../../src/demo/environment.ts';
import type { Person } from '../fake/telegram/people.ts';
import { type FakeTelegram, startTelegram } from '../fake/telegram.ts';
import { eventually, type Gateway, startGateway } from '../harness.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

interface World {
  readonly telegram: FakeTelegram;
  readonly gateway: Gateway;
  readonly ann: Person;
  readonly eve: Person;
}

const state: { world?: World } = {};

beforeAll(async () => {
  const telegram = await startTelegram();
  const ann = telegram.person('Ann');
  const eve = telegram.person('Eve');
  const gateway = await startGateway({
    env: {
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_URL: telegram.url,
      DRAGOMAN_ADMINS: `telegram:${ann.user.id}`,
    },
  });
  state.world = { telegram, gateway, ann, eve };
});
afterAll(async () => {
  await state.world?.gateway.end();
  await state.world?.telegram.stop();
});

function world(): World {
  if (state.world === undefined) throw new Error('the gateway did not start');
  return state.world;
}

/** The command line of an operator on the same data. */
async function dragoman(...args: readonly string[]): Promise<string> {
  const data = demoPlaces(dirname(world().gateway.project)).data;
  const env = { ...process.env, DRAGOMAN_DATA: data };
  const { stdout } = await run(process.execPath, ['src/cli.ts', ...args], { cwd: root, env });
  return stdout.trimEnd();
}

/** Waits until somebody sees it there; the newest message that holds it. */
async function sees(chat: number, text: string | RegExp): Promise<string> {
  const { telegram, gateway } = world();
  const found = eventually(`${text} in ${chat}`, () =>
    telegram.messages(chat).findLast(({ plain }) => plain.match(text) !== null),
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${telegram.screen(chat)}\n${gateway.output()}`);
  });
  return (await found).plain;
}

const codeIn = (text: string) => /[2-9A-Z]{4}-[2-9A-Z]{4}/.exec(text)?.[0] ?? '';

test('a stranger gets a code, an operator lets them in while it runs, and they may', async () => {
  const { telegram, ann, eve } = world();
  eve.say(eve.chat, '/start');
  const code = codeIn(await sees(eve.chat, "I don't know you yet"));
  eve.say(eve.chat, 'stream: let me in');
  expect(await dragoman('people')).toContain(`Asks      Eve · telegram:${eve.user.id}`);
  expect(await dragoman('pair', code)).toBe(
    `Eve · telegram:${eve.user.id} is let in, and is told so in their chat.`,
  );
  await sees(eve.chat, 'You are in: an operator let you in.');
  expect(telegram.messages(eve.chat)).toHaveLength(4);
  eve.say(eve.chat, 'stream: now');
  await sees(eve.chat, 'scripted · build');
  expect(await dragoman('people')).toContain(`Let in    Eve · telegram:${eve.user.id}`);
  ann.say(ann.chat, `/unpair ${eve.user.first_name}`);
  await sees(ann.chat, 'is no longer let in');
});

test('in a group strangers get no word, paired people after an admin spoke, and why says why', async () => {
  const { telegram, gateway, ann, eve } = world();
  const group = telegram.group('Team');
  eve.say(eve.chat, 'hello again');
  const code = codeIn(
    await eventually('a new code', () => {
      const codes = telegram.messages(eve.chat).filter(({ plain }) => plain.includes('with code'));
      return codes.length === 2 ? codes.at(-1)?.plain : undefined;
    }),
  );
  const unheard = eve.say(group.id, '@dragoman_bot stream: as a stranger');
  ann.say(ann.chat, `/pair ${code}`);
  await sees(eve.chat, 'You are in: Ann let you in.');
  eve.say(group.id, '@dragoman_bot stream: too early');
  ann.say(ann.chat, 'stream: nothing of the group stands before this');
  await sees(ann.chat, 'scripted · build');
  expect(telegram.messages(group.id).filter(({ from }) => from === 'Dragoman')).toEqual([]);

  ann.say(group.id, '@dragoman_bot stream: hello');
  await sees(group.id, 'turns it off');
  await sees(group.id, 'scripted · build');
  eve.say(group.id, '@dragoman_bot stream: me too');
  await eventually('her answer', () => {
    const ends = telegram.messages(group.id).filter(({ plain }) => plain.includes('scripted · build'));
    return ends.length === 2 ? true : undefined;
  });

  ann.say(group.id, '@dragoman_bot !why', { replyTo: unheard });
  const told = await sees(
    group.id,
    /^Not answered: an admin has not let its author in\. \(\d\d:\d\d:\d\d, ref /m,
  );
  const reference = /ref ([2-9A-Z]{4})/.exec(told)?.[1];
  expect(gateway.output()).toMatch(new RegExp(`"reference":"${reference}".*not acted on`));
});

test('who was put out while nothing ran is a stranger after the start, and code and greeting come once', async () => {
  const { telegram, gateway, eve } = world();
  await gateway.kill();
  expect(await dragoman('unpair', `telegram:${eve.user.id}`)).toContain('is no longer let in');
  await gateway.start();
  eve.say(eve.chat, 'stream: after the restart');
  const codes = await eventually('a third code', () => {
    const said = telegram.messages(eve.chat).filter(({ plain }) => plain.includes('with code'));
    return said.length === 3 ? said.map(({ plain }) => codeIn(plain)) : undefined;
  });
  expect(new Set(codes).size).toBe(3);
  const greetings = telegram.messages(eve.chat).filter(({ plain }) => plain.includes('You are in'));
  expect(greetings).toHaveLength(2);
});
