import { mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoEnvironment, demoPlaces } from '../../../src/demo/environment.ts';
import { writeServerHome } from '../../../src/demo/home.ts';
import { createScriptedModel, type ScriptedModel } from '../../../src/demo/model.ts';
import { writeScratchProject } from '../../../src/demo/project.ts';
import { contentFlags } from '../../fake/discord/application.ts';
import { startFakeDiscord } from '../../fake/discord.ts';
import { startFakeSlack, tokens } from '../../fake/slack.ts';
import { startTelegram } from '../../fake/telegram.ts';
import { keys, openPty, type Pty } from '../../pty.ts';
import { type OpenCode, startOpenCode } from '../demo/opencode.ts';

const cli = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

interface Desk {
  readonly base: string;
  readonly cwd: string;
  readonly project: string;
  readonly model: ScriptedModel;
  readonly env: Record<string, string>;
}

let desk: Desk;
const open: Pty[] = [];
const agent: { base?: string; server?: OpenCode } = {};

/** An agent server that runs already, for whom it is no matter where the agent is. */
beforeAll(async () => {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'dragoman-setup-server-')));
  const places = demoPlaces(base);
  await writeServerHome(places);
  await mkdir(places.project);
  const env = demoEnvironment(base, 'http://127.0.0.1:9/v1', process.env);
  agent.server = await startOpenCode(places.project, {
    ...env,
    OPENCODE_PERMISSION: '{"bash":"ask","edit":"ask"}',
  });
  agent.base = base;
});

afterAll(async () => {
  await agent.server?.kill();
  if (agent.base !== undefined) await rm(agent.base, { recursive: true, force: true });
});

const agentElsewhere = () => ({ OPENCODE_URL: agent.server?.url ?? expect.unreachable() });

beforeEach(async () => {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'dragoman-setup-')));
  const places = demoPlaces(base);
  const cwd = join(base, 'cwd');
  for (const directory of [places.data, cwd]) await mkdir(directory, { mode: 0o700 });
  await writeServerHome(places);
  await writeFile(places.config, '{}');
  await writeScratchProject(places.project, process.env['PATH'] ?? '');
  const model = await createScriptedModel({ pace: 4 });
  const { DRAGOMAN_DIRECTORY: project = '', ...env } = demoEnvironment(base, model.url, process.env);
  desk = { base, cwd, project, model, env: { ...env, WEB_PORT: '0', TERM: 'xterm' } };
});

afterEach(async () => {
  for (const pty of open.splice(0)) {
    pty.kill();
    await pty.ended;
  }
  await desk.model.close();
  await rm(desk.base, { recursive: true, force: true });
});

function run(
  command: string,
  env: Readonly<Record<string, string>> = {},
  options: readonly string[] = [],
): Pty {
  const pty = openPty([cli, command, ...options], { cwd: desk.cwd, env: { ...desk.env, ...env } });
  open.push(pty);
  return pty;
}

const dotEnv = () => readFile(join(desk.cwd, '.env'), 'utf8');
const question = 'Where do you want to talk to the agent?';

/** Moves to the platform in the list and takes it. */
async function choose(pty: Pty, name: string): Promise<void> {
  await pty.sees(question);
  await pty.sees('Only the web page');
  const list = pty.shown().slice(pty.shown().indexOf(question));
  const above = ['Slack', 'Discord', 'Telegram'].filter(
    (platform) => list.includes(platform) && list.indexOf(platform) < list.indexOf(name),
  );
  pty.type(keys.down.repeat(above.length));
  pty.type(keys.enter);
}

async function giveProject(pty: Pty): Promise<void> {
  await pty.sees('Which directory should the agent work in?');
  pty.type(`${desk.project}${keys.enter}`);
  await pty.sees('Written to');
}

async function agree(pty: Pty, text: string): Promise<void> {
  await pty.sees(text);
  pty.type(keys.enter);
}

describe('Telegram', () => {
  test('a newcomer goes from nothing to an answer of the agent', { timeout: 300_000 }, async () => {
    const telegram = await startTelegram();
    try {
      const ann = telegram.person('Ann');
      const env = { TELEGRAM_API_URL: telegram.url };
      await writeFile(join(desk.cwd, '.env'), '# mine\nLOG_LEVEL=warn\n', { mode: 0o644 });
      const pty = run('setup', env);
      await choose(pty, 'Telegram');
      await pty.sees('Send /newbot');
      await pty.sees('Bot token');
      pty.type(`nonsense${keys.enter}`);
      await pty.sees('it does not look like a token');
      await pty.sees('Bot token');
      pty.type(`123456789:AAEnotTheRightOneAtAll${keys.enter}`);
      await pty.sees('Telegram does not know this bot token');
      await pty.sees('Bot token');
      pty.type(`${telegram.token}${keys.enter}`);
      await pty.sees('The token is that of Dragoman, @dragoman_bot');
      await pty.sees('Waiting for your message');
      ann.say(ann.chat, '/start');
      await agree(pty, 'Is that you, Ann?');
      await giveProject(pty);
      await pty.sees('demo/scripted is offered');
      await pty.sees('privacy mode: On');
      await pty.sees('A first message to Ann was sent');
      expect(await pty.ended).toBe(0);
      expect(pty.shown()).not.toContain(telegram.token.split(':')[1]);
      expect(telegram.screen(ann.chat)).toContain('Dragoman is set up and knows you as its admin');

      const text = await dotEnv();
      expect(text).toBe(
        `# mine\nLOG_LEVEL=warn\n\n# Written by \`dragoman setup\`.\nTELEGRAM_BOT_TOKEN=${telegram.token}\nDRAGOMAN_ADMINS=telegram:${ann.user.id}\nDRAGOMAN_DIRECTORY=${desk.project}\n`,
      );
      expect((await stat(join(desk.cwd, '.env'))).mode & 0o777).toBe(0o600);

      const gateway = run('start', env);
      await gateway.sees('approvals on');
      ann.say(ann.chat, 'stream');
      await expect
        .poll(() => telegram.screen(ann.chat), { timeout: 60_000, interval: 100 })
        .toContain('scripted · build');
      expect(telegram.screen(ann.chat)).not.toContain('I don’t know you');

      const doctor = run('doctor', env);
      await doctor.sees('second poller: Not tried');
      await doctor.sees('It works');
      expect(await doctor.ended).toBe(0);
      const program = run('doctor', env, ['--json']);
      expect(await program.ended).toBe(0);
      const { well, sections } = JSON.parse(program.shown()) as {
        well: boolean;
        sections: { about: string }[];
      };
      expect(well).toBe(true);
      expect(sections.map(({ about }) => about)).toEqual([
        'configuration',
        'process',
        'machine',
        'database',
        'agent server opencode',
        'platform web',
        'platform telegram',
      ]);

      gateway.type(keys.interrupt);
      expect(await gateway.ended).toBe(0);
    } finally {
      await telegram.stop();
    }
  });

  test('who leaves in the middle leaves nothing behind; who comes again is asked for what is missing only', async () => {
    const telegram = await startTelegram();
    try {
      const env = { TELEGRAM_API_URL: telegram.url };
      telegram.world.updates.setWebhook('https://old.example.org/hook');
      const first = run('setup', env);
      await choose(first, 'Telegram');
      await first.sees('Bot token');
      first.type(`${telegram.token}${keys.enter}`);
      await first.sees('goes to old.example.org now, and to Dragoman from here on');
      await first.sees('Waiting for your message');
      first.type(keys.interrupt);
      await first.sees('nothing was written');
      expect(await first.ended).toBe(1);
      await expect(dotEnv()).rejects.toThrow('ENOENT');

      const before = `# bot\nexport TELEGRAM_BOT_TOKEN="${telegram.token}" # kept\nDRAGOMAN_ADMINS=telegram:7\nDRAGOMAN_DIRECTORY=${desk.project}\n`;
      await writeFile(join(desk.cwd, '.env'), before, { mode: 0o600 });
      const ben = telegram.person('Ben');
      const second = run('setup', { ...env, ...agentElsewhere() });
      await second.sees(question);
      await agree(second, 'Only the web page');
      await second.sees('The token is that of Dragoman');
      await agree(second, 'Keep it?');
      await second.sees('Waiting for your message');
      ben.say(ben.chat, 'hello');
      await agree(second, 'Is that you, Ben?');
      await agree(second, 'Which directory should the agent work in?');
      await second.sees('DRAGOMAN_ADMINS.');
      expect(await second.ended).toBe(0);
      expect(await dotEnv()).toBe(before.replace('telegram:7', `telegram:7,telegram:${ben.user.id}`));
    } finally {
      await telegram.stop();
    }
  });
});

describe('Slack', () => {
  test('a link with the whole form, both tokens tested, and a hello', async () => {
    const slack = await startFakeSlack();
    try {
      const pty = run('setup', { ...agentElsewhere(), SLACK_API_URL: slack.apiUrl });
      await choose(pty, 'Slack');
      await pty.sees('https://api.slack.com/apps?new_app=1&manifest_json=');
      await pty.sees('App-level token');
      pty.type(`${tokens.bot}${keys.enter}`);
      await pty.sees('must be an app-level token, which begins with xapp-');
      await pty.sees('App-level token');
      pty.type(`${tokens.app}${keys.enter}`);
      await pty.sees('Slack lets us open a socket');
      slack.access.scopes = slack.access.scopes.filter((scope) => scope !== 'users:read');
      await pty.sees('Bot token');
      pty.type(`${tokens.bot}${keys.enter}`);
      await pty.sees('The app lacks users:read');
      slack.access.scopes = [...slack.access.scopes, 'users:read'];
      await pty.sees('Bot token');
      pty.type(`${tokens.bot}${keys.enter}`);
      await pty.sees('The token is that of @dragoman in the workspace Home');
      await pty.sees('Waiting for your message');
      await expect.poll(() => slack.sockets.open()).toBe(1);
      void slack.people.say('U0ANN', 'D0ANN', 'hello');
      await agree(pty, 'Is that you, Ann?');
      await giveProject(pty);
      await pty.sees('The bot is in #api, #ops, #secret');
      await pty.sees('A first message to Ann was sent');
      expect(await pty.ended).toBe(0);
      expect(await dotEnv()).toContain(
        `SLACK_APP_TOKEN=${tokens.app}\nSLACK_BOT_TOKEN=${tokens.bot}\nDRAGOMAN_ADMINS=slack:U0ANN\n`,
      );
      expect(pty.shown()).not.toContain(tokens.app);
      expect(slack.screen({ channel: 'D0ANN' }).join('\n')).toContain('knows you as its admin');
    } finally {
      await slack.close();
    }
  });
});

describe('Discord', () => {
  test('the intent is switched on, the invitation is exact, and the owner is the admin', async () => {
    const discord = await startFakeDiscord();
    try {
      const ann = discord.people.join('Ann');
      Object.assign(discord.application, { flags: 0, owner: ann, permissions: undefined });
      const pty = run('setup', { ...agentElsewhere(), DISCORD_API_URL: discord.apiUrl });
      await choose(pty, 'Discord');
      await pty.sees('Bot › Reset Token');
      await pty.sees('Bot token');
      pty.type(`not-the-right-token${keys.enter}`);
      await pty.sees('Discord refuses');
      await pty.sees('Bot token');
      pty.type(`${discord.token}${keys.enter}`);
      await pty.sees('Its Message Content intent was off and is on now.');
      await agree(pty, 'Is that you, Ann?');
      await pty.sees(`client_id=${discord.world.application}&scope=bot+applications.commands&permissions=`);
      await pty.sees('Waiting until the bot is in a server');
      expect(discord.application.flags).toBe(contentFlags.switched);
      discord.application.permissions = 0x7fff_ffff_ffffn;
      await pty.sees('The bot is in Home.');
      await giveProject(pty);
      await pty.sees('The bot may do there what it needs');
      await pty.sees('A first message to Ann was sent');
      expect(await pty.ended).toBe(0);
      expect(await dotEnv()).toContain(
        `DISCORD_BOT_TOKEN=${discord.token}\nDRAGOMAN_ADMINS=discord:${ann}\n`,
      );
      expect(pty.shown()).not.toContain(discord.token);
      expect(discord.screen({ channel: discord.people.privateChat(ann) }).join('\n')).toContain('its admin');
    } finally {
      await discord.close();
    }
  });
});
