import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { discord } from '../../../adapters/discord/index.ts';
import { slack } from '../../../adapters/slack/index.ts';
import { telegram } from '../../../adapters/telegram/index.ts';
import { createSecret } from '../../../src/config/secret.ts';
import type { Config } from '../../../src/config.ts';
import type { AdapterDefinition } from '../../../src/core/definition.ts';
import { examineDatabase } from '../../../src/doctor/database.ts';
import { describeSection } from '../../../src/doctor/section.ts';
import { examineServer } from '../../../src/doctor/servers.ts';
import { createServerProcess } from '../../../src/opencode/index.ts';
import { openStore } from '../../../src/store/database.ts';
import { visitPostgres } from '../../../src/store/postgres.ts';
import { embeddedDirectory, silent, temporaryDirectory } from '../../embedded.ts';
import { type FakeDiscord, startFakeDiscord } from '../../fake/discord.ts';
import { type FakeSlack, startFakeSlack, tokens } from '../../fake/slack.ts';
import { type FakeTelegram, startTelegram } from '../../fake/telegram.ts';
import { sharedDatabase } from '../../shared.ts';
import { startOpenCode } from '../demo/opencode.ts';
import { createWorld, type World } from '../opencode/world.ts';

const directories: string[] = [];
afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

/** What a person reads of one platform. */
async function look<T>(
  adapter: AdapterDefinition<T>,
  env: Readonly<Record<string, string>>,
  channels: readonly string[] = [],
  running = false,
): Promise<string> {
  const config = adapter.parse(env, undefined);
  if (config === undefined) throw new Error('it is switched off');
  const found = await adapter.diagnose?.(config, { running, channels });
  const text = describeSection({ about: adapter.id, findings: found?.findings ?? [] }).join('\n');
  for (const value of Object.values(env).filter((one) => !one.startsWith('http')))
    expect(text).not.toContain(value);
  return text;
}

describe('Telegram', () => {
  let fake: FakeTelegram;
  beforeAll(async () => {
    fake = await startTelegram();
  });
  afterAll(() => fake.stop());
  const env = () => ({ TELEGRAM_BOT_TOKEN: fake.token, TELEGRAM_API_URL: fake.url });

  test('a bot that is well, in one of two groups', async () => {
    fake.world.me.can_read_all_group_messages = true;
    const there = fake.group('Team');
    const left = fake.group('Old', { bot: 'left' });
    const text = await look(telegram, env(), [String(there.id), String(left.id), '-1']);
    expect(
      text.replaceAll(String(there.id), 'THERE').replaceAll(String(left.id), 'LEFT'),
    ).toMatchInlineSnapshot(`
      "telegram
        ✓ bot token: Telegram knows the bot @dragoman_bot.
        ✓ privacy mode: Off: the bot hears all of its groups.
        ✓ webhook: None is set: messages come by polling.
        ✓ second poller: No other program has taken our poll away.
        ✓ group THERE: The bot is in "Team", as member.
        ✗ group LEFT: The bot cannot see this group (Forbidden: bot is not a member of the supergroup chat).
            Add the bot to the group, or correct the id in dragoman.json.
        ✗ group -1: The bot cannot see this group (Bad Request: chat not found).
            Add the bot to the group, or correct the id in dragoman.json."
    `);
  });

  test('privacy mode, a webhook that was left', async () => {
    fake.world.me.can_read_all_group_messages = false;
    fake.world.updates.setWebhook('https://old.example.org/secret-path');
    expect(await look(telegram, env())).toMatchInlineSnapshot(`
      "telegram
        ✓ bot token: Telegram knows the bot @dragoman_bot.
        ⚠ privacy mode: On: in groups the bot hears only commands, mentions and replies to it, also in threads of its own.
            To talk in its threads without a mention: @BotFather, /setprivacy, @dragoman_bot, Disable; then remove the bot from the group and add it again.
        ⚠ webhook: One is set to old.example.org, which keeps messages from polling.
            If old.example.org no longer uses this bot, start Dragoman: it removes the webhook. If it does, give Dragoman a bot of its own: @BotFather, /newbot.
        · second poller: Not seen, since a webhook is set."
    `);
    fake.world.updates.setWebhook('');
  });

  test('a second program that polls, which goes on afterwards', async () => {
    fake.world.updates.drop();
    const rival = new AbortController();
    const answers: number[] = [];
    const polling = (async () => {
      while (!rival.signal.aborted) {
        const response = await fetch(`${fake.url}/bot${fake.token}/getUpdates?timeout=1`);
        answers.push(response.status);
        await response.text();
      }
    })();
    await expect.poll(() => fake.world.updates.polled()).toBe(true);
    expect(await look(telegram, env())).toContain(
      '✗ second poller: Another program polls with this bot token, and Telegram gives messages to one only.',
    );
    expect(await look(telegram, env(), [], true)).toContain('· second poller: Not tried');
    rival.abort();
    await polling;
    expect(answers.at(-1)).toBe(200);
  });

  test('a token that is refused, and nobody who answers', async () => {
    expect(
      await look(telegram, { ...env(), TELEGRAM_BOT_TOKEN: '123456789:AAEnotTheRightOneAtAll' }),
    ).toMatchInlineSnapshot(`
      "telegram
        ✗ bot token: Telegram does not know this bot token.
            In Telegram: @BotFather, /mybots, the bot, API Token. Put it into TELEGRAM_BOT_TOKEN, or run setup again."
    `);
    expect(await look(telegram, { ...env(), TELEGRAM_API_URL: 'http://127.0.0.1:2' })).toMatchInlineSnapshot(`
      "telegram
        ✗ bot token: Telegram does not answer (getUpdates: no answer (ECONNREFUSED)). What people write is kept there for a day and comes when it answers again.
            See whether this machine reaches https://api.telegram.org, or set TELEGRAM_API_URL to a server that it reaches."
    `);
  });
});

describe('Slack', () => {
  let fake: FakeSlack;
  beforeAll(async () => {
    fake = await startFakeSlack();
  });
  afterAll(() => fake.close());
  const env = () => ({
    SLACK_BOT_TOKEN: tokens.bot,
    SLACK_APP_TOKEN: tokens.app,
    SLACK_API_URL: fake.apiUrl,
  });

  test('an app that is well, with outsiders in a channel and one that it is not in', async () => {
    fake.world.channels.set('C0EXT', {
      id: 'C0EXT',
      name: 'partners',
      kind: 'channel',
      joined: true,
      archived: false,
      outside: true,
    });
    expect(await look(slack, env(), ['C0API', 'C0NOT', 'C0MISSING'])).toMatchInlineSnapshot(`
      "slack
        ✓ bot token: Slack knows the bot @dragoman in the workspace Home.
        ✓ scopes: All 16 are granted.
        ✓ app token: Slack lets us open a socket.
        ✓ channel C0API: The bot is in #api.
        ✗ channel C0NOT: The bot is not in #elsewhere, so it hears nothing there.
            In #elsewhere: /invite @Dragoman
        ✗ channel C0MISSING: The bot cannot see this channel (channel_not_found).
            In the channel: /invite @Dragoman; or correct its id in dragoman.json (the end of the channel’s About).
        ✓ bot in channel: The bot is in #api, #ops, #secret, #partners.
        ⚠ #partners: People of another organisation are in this channel and read what the agent writes.
            Take the bot out with /remove @Dragoman if they should not. They may not prompt unless an admin lets them in."
    `);
  });

  test('a scope that is missing, and tokens that are refused', async () => {
    const { scopes } = fake.access;
    fake.access.scopes = scopes.filter((scope) => scope !== 'files:write');
    expect(await look(slack, env())).toContain(
      '⚠ scopes: The app lacks files:write: diffs and long output cannot be shown as files.',
    );
    fake.access.scopes = scopes.filter((scope) => scope !== 'chat:write');
    expect(await look(slack, env())).toContain(
      '✗ scopes: The app lacks chat:write, without which nobody can be answered.',
    );
    fake.access.scopes = scopes;
    expect(
      await look(slack, { ...env(), SLACK_BOT_TOKEN: 'xoxb-revoked', SLACK_APP_TOKEN: 'xapp-revoked' }),
    ).toMatchInlineSnapshot(`
      "slack
        ✗ bot token: Slack refuses the bot token (invalid_auth).
            At https://api.slack.com/apps, the app, Install App: copy the Bot User OAuth Token into SLACK_BOT_TOKEN, or run setup again.
        ✗ app token: Slack refuses the app-level token (invalid_auth).
            At https://api.slack.com/apps, the app, Basic Information › App-Level Tokens: make one with connections:write, set SLACK_APP_TOKEN, or run setup again."
    `);
  });
});

describe('Discord', () => {
  let fake: FakeDiscord;
  beforeAll(async () => {
    fake = await startFakeDiscord({ logins: 12 });
  });
  afterAll(() => fake.close());
  const env = () => ({ DISCORD_BOT_TOKEN: fake.token, DISCORD_API_URL: fake.apiUrl });

  test('an intent that is off, logins used up, rights that are missing, channels', async () => {
    const channel = fake.people.channel('api');
    fake.application.flags = 0;
    fake.application.permissions = 1n << 10n;
    const text = await look(discord, env(), [channel, '123']);
    const plain = text.replaceAll(channel, 'CHANNEL').replaceAll(fake.world.application, 'APPLICATION');
    expect(plain).toMatchInlineSnapshot(`
      "discord
        ✓ bot token: Discord knows the bot dragoman.
        ✗ intents: The bot may not read what people write, so Discord closes its connection (4014).
            At https://discord.com/developers/applications/APPLICATION/bot: switch on Message Content Intent, Save Changes.
        ✗ logins: Only 12 of 1000 are left for today, so Dragoman waits with the next one.
            Wait 240 minutes, and look why it was started so often.
        ⚠ server Home: The bot lacks Send Messages, Send Messages in Threads, Create Public Threads, Read Message History, Attach Files there.
            Open https://discord.com/oauth2/authorize?client_id=APPLICATION&scope=bot+applications.commands&permissions=309237746688 and choose the server.
        ✓ channel CHANNEL: The bot sees #api.
        ✗ channel 123: The bot does not see this channel (getChannel: 404 10003 Unknown Channel).
            Give its role View Channel there, or correct the id in dragoman.json (right-click the channel, Copy Channel ID)."
    `);
    fake.application.permissions = undefined;
    expect(await look(discord, env())).toContain('⚠ bot in server: The bot is in no server.');
  });

  test('a token that is refused', async () => {
    expect(await look(discord, { ...env(), DISCORD_BOT_TOKEN: 'another-token' })).toMatchInlineSnapshot(`
      "discord
        ✗ bot token: Discord refuses the bot token.
            At https://discord.com/developers/applications, the application, Bot › Reset Token: put the new one into DISCORD_BOT_TOKEN, or run setup again."
    `);
  });
});

describe('database', () => {
  const postgres = async (url: string) =>
    describeSection(
      await examineDatabase({ data: '/nowhere', database: { url: createSecret(url) } }, false, silent),
    ).join('\n');

  test('Postgres: empty, current, newer than the program, and away', async () => {
    const url = await sharedDatabase('empty');
    expect(await postgres(url)).toMatch(/✓ schema: The next start makes \d+ steps: 0001_base,/);
    await (await openStore({ url, dataDir: '/nowhere', log: silent })).close();
    const text = await postgres(url);
    expect(text).toMatch(/✓ Postgres: It answers in \d+ ms\./);
    expect(text).toContain('✓ schema: It is that of this version.');
    expect(text).toContain('✓ clock against the database’s clock: They agree.');
    await visitPostgres(url, silent, (db) =>
      sql`insert into migration (name, timestamp) values ('9999_future', 'now')`.execute(db),
    );
    expect(await postgres(url)).toContain('✗ Postgres: The database has schema 9999_future');
    const away = await postgres('postgres://ann:s3cretword@127.0.0.1:9/none');
    expect(away).toContain('✗ Postgres: Could not open database "none" at 127.0.0.1:9 as ann');
    expect(away).not.toContain('s3cretword');
  });

  const embedded = async (data: string, runs = false) =>
    describeSection(await examineDatabase({ data, database: { url: undefined } }, runs, silent)).join('\n');

  test('embedded: none yet, at rest, in use by a process that is no gateway, and broken', async () => {
    const empty = await temporaryDirectory();
    const data = await embeddedDirectory();
    directories.push(empty, data);
    expect(await embedded(empty)).toContain('· schema: The first start makes the database.');
    const rest = await embedded(data);
    expect(rest).toContain('⚠ embedded database: Good for one person or a trial');
    expect(rest).toContain('✓ lock: Nobody uses it now.');
    expect(rest).toContain('✓ schema: It is that of this version.');
    const store = await openStore({ dataDir: data, log: silent });
    try {
      expect(await embedded(data)).toMatch(
        new RegExp(`✗ lock: Held by process ${process.pid} on .*, which does not answer as a gateway\\.`),
      );
      expect(await embedded(data, true)).toContain('✓ lock: Held by the running gateway');
      await store.ping();
    } finally {
      await store.close();
    }
    await rm(join(data, 'database'), { recursive: true });
    await mkdir(join(data, 'database'));
    await writeFile(join(data, 'database', 'PG_VERSION'), 'nonsense');
    expect(await embedded(data)).toContain('✗ data: It does not open');
  });
});

describe('agent server', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  /** `servers.main` is this one; project `api` is on it. */
  const examined = async (server: object, project: object = {}) => {
    const config = {
      data: world.options.dataDir,
      servers: { main: server },
      projects: { api: { server: 'main', directory: world.project, ...project } },
      environment: () => world.options.env,
    } as unknown as Config;
    const { signal } = new AbortController();
    return describeSection(await examineServer('main', { config, runs: false, log: silent, signal })).join(
      '\n',
    );
  };

  test('one of our own is started for a moment, and leaves nothing behind', async () => {
    // Other tests look as well at the same time, elsewhere.
    const { TMPDIR: usual } = process.env;
    const own = await temporaryDirectory();
    directories.push(own);
    process.env['TMPDIR'] = own;
    expect(await examined({ kind: 'child' })).toMatchInlineSnapshot(`
      "agent server main
        ✓ OpenCode: Version 1.18.33 answers, the one that was tested.
        ✓ approvals: Everything that acts asks, in sessions and in sub-agents.
        ✓ model of api: demo/scripted is offered. Whether its key is good shows with the first prompt."
    `);
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
    expect((await readdir(own)).filter((name) => name.startsWith('dragoman'))).toEqual([]);
  });

  test('a server of somebody else: its password, what it offers, and one that is not there', async () => {
    const end = new AbortController();
    const child = createServerProcess(world.options);
    const running = child.run(end.signal);
    const { url, username, password } = await child.endpoint(end.signal);
    const remote = (secret: string | undefined) => ({
      kind: 'remote',
      url,
      username,
      password: secret === undefined ? undefined : createSecret(secret),
    });
    expect(await examined(remote(password))).toContain(
      '✓ password: The server asks for one, and takes ours.',
    );
    for (const wrong of ['another', undefined])
      expect(await examined(remote(wrong))).toContain(
        '✗ OpenCode: The agent server refused to read its version: it does not take this password.',
      );
    expect(await examined(remote(password), { model: 'anthropic/claude-9' })).toContain(
      '✗ model of api: The server does not offer anthropic/claude-9.\n      Set DRAGOMAN_MODEL to one that it offers (demo/scripted)',
    );
    expect(await examined(remote(password), { agent: 'nobody' })).toContain(
      '✗ agent of api: The server has no agent nobody.',
    );
    end.abort();
    await running;
    const away = await examined(remote(password));
    expect(away).toContain('✗ OpenCode: The agent server did not answer; could not read its version.');
    expect(away).toContain(`opencode serve --hostname 127.0.0.1 --port ${new URL(url).port}`);
  });

  test('a server that lets everybody in and asks for nothing, or for everything', async () => {
    const env = { ...world.options.env } as Record<string, string>;
    const silentServer = await startOpenCode(world.project, env);
    const remote = (url: string) => ({ kind: 'remote', url, username: 'opencode', password: undefined });
    try {
      const text = await examined(remote(silentServer.url));
      expect(text).toContain('⚠ password: The server asks for none');
      expect(text).toMatch(
        /✗ approvals: Approvals are off on this server. Without asking it runs: shell commands \(.*build/,
      );
    } finally {
      await silentServer.kill();
    }
    const timid = await startOpenCode(world.project, {
      ...env,
      OPENCODE_PERMISSION: '{"*":"ask","read":"ask"}',
    });
    try {
      const text = await examined(remote(timid.url));
      expect(text).toContain('✓ approvals: Everything that acts asks');
      expect(text).toMatch(
        /⚠ permissions: Before each file that is read, a person is asked \(agents: .*build/,
      );
    } finally {
      await timid.kill();
    }
  });
});
