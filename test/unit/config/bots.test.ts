import { chmodSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { adapters } from '../../../adapters/index.ts';
import { createLog } from '../../../src/lib/log.ts';
import { createWorkplace } from './load.ts';

const token = (name: string) => `123456:AAE_${name.padEnd(30, 'x')}`;

const workplaceOf = (bots: unknown) => {
  const workplace = createWorkplace(adapters);
  chmodSync(workplace.write('dragoman.json', { bots }), 0o600);
  return workplace;
};

test('a bot of the file stands beside the one of the environment, under an id of its own', () => {
  const { load } = workplaceOf({
    support: { platform: 'telegram', botToken: token('support') },
    sales: { platform: 'slack', botToken: 'xoxb-1', signingSecret: '0123456789abcdef' },
  });
  const { platforms, warnings } = load({ TELEGRAM_BOT_TOKEN: token('first') });
  expect(platforms.map(({ id, people }) => [id, people])).toEqual([
    ['web', 'web'],
    ['telegram', 'telegram'],
    ['telegram-support', 'telegram'],
    ['slack-sales', 'slack'],
  ]);
  expect(warnings).toEqual([]);
});

test('a token may lie in a file of its own, named from where the configuration lies', () => {
  const { load, write } = workplaceOf({
    support: { platform: 'telegram', botTokenFile: 'support.token', apiUrl: 'http://127.0.0.1:1' },
  });
  write('support.token', `${token('support')}\n`);
  const config = load({});
  expect(config.platforms.map(({ id }) => id)).toEqual(['web', 'telegram-support']);
  expect([config.secrets().includes(token('support')), config.secretFile]).toEqual([true, undefined]);
});

test('secrets of a bot are never written', () => {
  const { load } = workplaceOf({
    sales: { platform: 'slack', botToken: 'xoxb-1-2-abc', signingSecret: '0123456789abcdef' },
  });
  const written: string[] = [];
  const log = createLog({
    level: 'info',
    secrets: load({}).secrets(),
    form: 'json',
    write: (line) => written.push(line),
  });
  log.info({ token: 'xoxb-1-2-abc' }, 'tried 0123456789abcdef');
  expect(written.join()).not.toMatch(/xoxb-1|0123456789abcdef/);
});

test('what is wrong is told as of the first bot, by the keys of the file', () => {
  const { refusal, write } = workplaceOf({
    one: { platform: 'telegram', botToken: 'nonsense' },
    two: { platform: 'telegramm', botToken: token('two') },
    three: { platform: 'slack', appToken: 'xapp-1' },
    four: { platform: 'discord', botTokn: 'x'.repeat(20), colour: 'red' },
    five: { platform: 'slack', botToken: 'xoxb-1' },
    six: { platform: 'telegram', botTokenFile: 'six.token' },
    seven: { platform: 'telegram', botToken: token('seven'), botTokenFile: 'seven.token' },
    eight: { platform: 'web' },
  });
  write('seven.token', token('seven'));
  expect(refusal({})).toMatchInlineSnapshot(`
    "The configuration has 10 mistakes:
      - bots.two.platform is "telegramm": further bots are possible on slack, telegram, discord. Example: "platform": "telegram"
      - bots.four.botTokn: there is no such key; did you mean "botToken". Example: "botToken": "…"
      - bots.four.colour: there is no such key; known here: botToken, apiUrl, each also as the path of a file that holds it (botTokenFile). Example: "botToken": "…"
      - bots.eight.platform is "web": further bots are possible on slack, telegram, discord. Example: "platform": "slack"
      - bots.one.botToken is not valid: it does not look like a token. Copy it from @BotFather (/mybots, the bot, API Token). Example: "botToken": "123456789:AAE…"
      - bots.three.appToken is set without bots.three.botToken, so Slack would stay off; docs/slack.md shows where to find it. Example: "botToken": "xoxb-1-2-abc"
      - bots.four.botToken is not set, and without it there is no bot. Example: "botToken": "…"
      - bots.five.botToken is set, but nothing says how messages come in. Set bots.five.appToken (Socket Mode, no public address needed) or bots.five.signingSecret (requests to /slack/events); docs/slack.md shows where to find it.
      - bots.six.botTokenFile names /work/six.token: it cannot be read (there is no such file or directory). Example: "botTokenFile": "/run/secrets/dragoman"
      - bots.seven.botToken and bots.seven.botTokenFile are both set: only one of them can hold. Example: unset bots.seven.botToken"
  `);
});

test('what is no bot at all is told with its place', () => {
  const { refusal } = workplaceOf({
    'My bot': { platform: 'telegram', botToken: token('x') },
    a: { botToken: token('a') },
    b: { platform: 'telegram', botToken: 7 },
  });
  expect(refusal({})).toMatchInlineSnapshot(`
    "The configuration has 3 mistakes:
      - bots.My bot in /work/dragoman.json: a bot’s name is up to 31 small letters, digits or "-", a letter first. Example: "bots": { "support": { "platform": "…", "botTokenFile": "/run/secrets/support" } }
      - bots.a.platform in /work/dragoman.json: it names the platform. Example: "bots": { "support": { "platform": "…", "botTokenFile": "/run/secrets/support" } }
      - bots.b.botToken in /work/dragoman.json: it must be a text. Example: "bots": { "support": { "platform": "…", "botTokenFile": "/run/secrets/support" } }"
  `);
});

describe('one bot runs once', () => {
  test('two of the file with one token', () => {
    const { refusal } = workplaceOf({
      a: { platform: 'telegram', botToken: token('same') },
      b: { platform: 'telegram', botToken: ` ${token('same')} ` },
    });
    expect(refusal({})).toMatchInlineSnapshot(
      `"bots.b.botToken is the same as bots.a.botToken: one bot cannot run twice, for what people say to it would be taken by either. Example: "botToken": "…" of another bot"`,
    );
  });

  test('one of the file with the token of the environment', () => {
    const { refusal } = workplaceOf({ a: { platform: 'telegram', botToken: token('same') } });
    expect(refusal({ TELEGRAM_BOT_TOKEN: token('same') })).toMatchInlineSnapshot(
      `"bots.a.botToken is the same as TELEGRAM_BOT_TOKEN: one bot cannot run twice, for what people say to it would be taken by either. Example: "botToken": "…" of another bot"`,
    );
  });
});

test('what signs requests may be the same for two bots', () => {
  const signed = (name: string) => ({
    platform: 'slack',
    botToken: `xoxb-${name}`,
    signingSecret: '0123456789abcdef',
  });
  const { load } = workplaceOf({ a: signed('a'), b: signed('b') });
  expect(load({}).platforms.map(({ id }) => id)).toEqual(['web', 'slack-a', 'slack-b']);
});

test('people are listed once for all bots of a platform', () => {
  const { load } = workplaceOf({ support: { platform: 'telegram', botToken: token('support') } });
  const { warnings } = load({ DRAGOMAN_ADMINS: 'telegram:42,telegram-support:42,slack:U1' });
  expect(warnings).toMatchInlineSnapshot(`
    [
      "DRAGOMAN_ADMINS names telegram-support:42, which is nobody: people are the same to all bots of a platform. Write telegram:42.",
      "DRAGOMAN_ADMINS names slack:U1, but the platform "slack" is not set up.",
    ]
  `);
});

test('channels are named by the bot that is in them', () => {
  const { load, write } = createWorkplace(adapters);
  chmodSync(
    write('dragoman.json', {
      projects: { api: { directory: 'project' } },
      bots: { support: { platform: 'telegram', botToken: token('support') } },
      channels: { 'telegram-support:-100': { project: 'api' }, 'telegram:-100': { project: 'api' } },
    }),
    0o600,
  );
  expect(load({ DRAGOMAN_DIRECTORY: '' }).warnings).toEqual([
    'channels."telegram:-100" has no effect: the platform "telegram" is not set up.',
  ]);
});

test('a file that tells secrets is for one user only', () => {
  const { load, write, cwd } = createWorkplace(adapters);
  const bots = { support: { platform: 'telegram', botToken: token('support') } };
  const file = write('dragoman.json', { bots });
  chmodSync(file, 0o644);
  expect(load({}).warnings.map((warning) => warning.replaceAll(cwd, '/work'))).toEqual([
    '/work/dragoman.json holds secrets, and others on this machine can read it. Close it with: chmod 600 /work/dragoman.json',
  ]);
  chmodSync(file, 0o600);
  expect(load({}).warnings).toEqual([]);
});
