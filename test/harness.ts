import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoEnvironment, demoPlaces } from '../src/demo/environment.ts';
import { writeServerHome } from '../src/demo/home.ts';
import { createScriptedModel, type ScriptedModel } from '../src/demo/model.ts';
import { writeScratchProject } from '../src/demo/project.ts';
import { type OpenCode, startOpenCode } from './contract/demo/opencode.ts';
import { openPage, type PageClient, type ShownMessage } from './contract/page-client.ts';
import { embeddedDirectory } from './embedded.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the gateway writes down of its own OpenCode server. */
export interface OpenCodeRecord {
  readonly pid: number;
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** The whole product as a process of its own: the real gateway, the real OpenCode, a scripted model. */
export interface Gateway {
  readonly model: ScriptedModel;
  /** The scratch project's directory. */
  readonly project: string;
  page(): PageClient;
  /** The printed address. */
  entrance(): string;
  url(path: string): string;
  /** Starts it, also after `kill` or `stop`; resolves when it is ready. */
  start(): Promise<void>;
  kill(): Promise<void>;
  /** From now on nobody reads what it prints and logs. */
  hangUp(): void;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  killOpenCode(): Promise<void>;
  /** Of the gateway's own process. */
  pid(): number;
  /** Our own OpenCode server, for looking at it from beside. */
  openCode(): Promise<OpenCodeRecord>;
  /** What it printed and logged. */
  output(): string;
  /** Ends everything and removes the directories. */
  end(): Promise<void>;
}

export interface GatewayOptions {
  /** Postgres; unset: the embedded database. */
  readonly databaseUrl?: string;
  /** Milliseconds between two chunks of the model. */
  readonly pace?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Unset: 100. */
  readonly pieceWindowMs?: number;
  /** `<platform>:<channel>` to the name of a scratch project of its own. */
  readonly channels?: Readonly<Record<string, string>>;
  /** Starts an OpenCode server that is not ours beside it, with nothing said about permissions. */
  readonly foreignServer?: boolean;
  /** The person's own configuration of OpenCode: `opencode.json`. */
  readonly configuration?: object;
}

interface State {
  readonly env: Readonly<Record<string, string>>;
  readonly data: string;
  readonly foreign: OpenCode | undefined;
  child: ChildProcess | undefined;
  output: string;
  page: PageClient | undefined;
  entrance: string;
}

export async function startGateway({
  databaseUrl,
  pace = 4,
  env = {},
  pieceWindowMs = 100,
  channels,
  foreignServer = false,
  configuration,
}: GatewayOptions = {}): Promise<Gateway> {
  const base = await mkdtemp(join(tmpdir(), 'dragoman-e2e-'));
  const places = demoPlaces(base);
  const model = await createScriptedModel({ pace, retryAfterMs: 500 });
  await writeServerHome(places);
  if (configuration !== undefined) {
    const path = join(places.home, 'config', 'opencode', 'opencode.json');
    await writeFile(path, JSON.stringify(configuration));
  }
  await writeScratchProject(places.project, process.env['PATH'] ?? '');
  const file = channels === undefined ? {} : await ownProjects(channels, places.project, base);
  await writeFile(places.config, JSON.stringify({ pieceWindowMs, ...file }));
  await prepareData(places.data, databaseUrl);
  const foreign = foreignServer
    ? await startOpenCode(places.project, demoEnvironment(base, model.url, process.env))
    : undefined;
  const { DRAGOMAN_DIRECTORY: directory, ...environment } = demoEnvironment(base, model.url, process.env);
  const state: State = {
    data: places.data,
    env: {
      ...environment,
      // Not beside a file that names projects.
      ...(channels === undefined && directory !== undefined ? { DRAGOMAN_DIRECTORY: directory } : {}),
      // The same sources are read at every start of every test.
      NODE_COMPILE_CACHE: join(tmpdir(), 'dragoman-compile-cache'),
      WEB_PORT: '0',
      LOG_LEVEL: 'info',
      TZ: 'UTC',
      ...(databaseUrl === undefined
        ? {}
        : { DATABASE_URL: databaseUrl, DRAGOMAN_SECRET: 'a secret for tests only' }),
      ...(foreign === undefined ? {} : { OPENCODE_URL: foreign.url }),
      ...env,
    },
    foreign,
    child: undefined,
    output: '',
    page: undefined,
    entrance: '',
  };
  await start(state);
  return handle(state, model, base, places.project);
}

function handle(state: State, model: ScriptedModel, base: string, project: string): Gateway {
  return {
    model,
    project,
    page() {
      if (state.page === undefined) throw new Error('the gateway is not started');
      return state.page;
    },
    entrance: () => state.entrance,
    url: (path) => new URL(path, state.entrance).href,
    start: () => start(state),
    kill: async () => void (await endWith(state, 'SIGKILL')),
    hangUp() {
      state.child?.stdout?.destroy();
      state.child?.stderr?.destroy();
    },
    stop: () => endWith(state, 'SIGTERM'),
    pid() {
      if (state.child?.pid === undefined) throw new Error('the gateway is not started');
      return state.child.pid;
    },
    async killOpenCode() {
      process.kill((await readOpenCodeRecord(state.data)).pid, 'SIGKILL');
    },
    openCode: () => readOpenCodeRecord(state.data),
    output: () => state.output,
    async end() {
      if (state.child === undefined) await start(state);
      await endWith(state, 'SIGTERM');
      await state.foreign?.kill();
      await model.close();
      await rm(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** The part of the configuration file that gives these channels projects of their own. */
async function ownProjects(
  channels: Readonly<Record<string, string>>,
  directory: string,
  base: string,
): Promise<object> {
  const projects: Record<string, { readonly directory: string }> = { default: { directory } };
  for (const name of new Set(Object.values(channels))) {
    const place = join(base, `project-${name}`);
    await writeScratchProject(place, process.env['PATH'] ?? '');
    projects[name] = { directory: place };
  }
  const entries = Object.entries(channels).map(([channel, project]) => [channel, { project }] as const);
  return { projects, channels: Object.fromEntries(entries) };
}

/** A copy of an empty database, since making one takes 5 s. */
async function prepareData(data: string, databaseUrl: string | undefined): Promise<void> {
  if (databaseUrl !== undefined) return;
  await rename(await embeddedDirectory(), data);
  await chmod(data, 0o700);
}

/** @param data the gateway's data directory. */
export async function readOpenCodeRecord(data: string): Promise<OpenCodeRecord> {
  return JSON.parse(await readFile(join(data, 'server-opencode/opencode.json'), 'utf8')) as OpenCodeRecord;
}

async function start(state: State): Promise<void> {
  const child = spawn(process.execPath, ['src/cli.ts', 'start'], { cwd: root, env: state.env });
  state.child = child;
  state.output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      state.output += chunk.toString();
    });
  }
  state.entrance = await eventually('the page’s address is printed', () => {
    if (child.exitCode !== null) throw new Error(`the gateway ended:\n${state.output}`);
    return /^Page\s+(\S+)/m.exec(state.output)?.[1];
  });
  await eventually('the gateway is ready', async () => {
    const response = await fetch(new URL('/readyz', state.entrance));
    const { checks } = (await response.json()) as { readonly checks: Readonly<Record<string, string>> };
    // A foreign server that does not ask keeps it from being ready for good.
    return response.ok || checks['gate opencode'] === 'approvals are off on this server' ? true : undefined;
  });
  state.page = await openPage(state.entrance);
}

async function endWith(state: State, signal: NodeJS.Signals): Promise<number | null> {
  const { child } = state;
  if (child === undefined) return null;
  state.child = undefined;
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  return child.exitCode;
}

/** Looks until there is something to see; fails with what was waited for. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  ms = 150_000,
): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`waited ${ms / 1000} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** The thread as a person sees it. What differs from run to run (times, durations, sizes) is `#`. */
export function screen(messages: readonly ShownMessage[]): string {
  return (
    messages
      .filter(({ deleted }) => deleted !== true)
      .map((message) => {
        const who = message.from === 'person' ? 'You' : 'Dragoman';
        const buttons = [
          ...(message.buttons ?? []).map(({ label }) => `[${label}]`),
          ...(message.form === null || message.form === undefined ? [] : ['[form]']),
        ];
        const lines = [message.text, message.footnote ?? '', buttons.join(' ')].filter((part) => part !== '');
        const indent = ' '.repeat(10);
        return `${who.padEnd(10)}${lines.join('\n').split('\n').join(`\n${indent}`)}`;
      })
      .join('\n')
      .replace(/\b\d{2}:\d{2}\b/g, '#:#')
      .replace(/\b\d+ min( \d+ s)?|\b[\d.]+ s\b/g, '# s')
      // How long a tool took is said where it was long: that differs from machine to machine.
      .replace(/([✓✗] .*?)(?: · # s)+$/gm, '$1')
      .replace(/\b[\d.]+k? tokens\b/g, '# tokens')
      .replace(/[ \t]+$/gm, '')
  );
}

/**
 * Waits until what was said last in the thread is answered to the end. That nothing grows is not enough: a run whose
 * card was just answered shows nothing that is live until its next text. The small print comes with the end alone.
 */
export async function settled(
  page: PageClient,
  thread: string,
  ms?: number,
): Promise<readonly ShownMessage[]> {
  return eventually(
    'the thread settles',
    async () => {
      const messages = await page.messages(thread);
      const said = messages.findLastIndex(({ from }) => from === 'person');
      const ended = messages.slice(said + 1).some(hasSmallPrint);
      return ended && messages.every(({ live }) => live !== true) ? messages : undefined;
    },
    ms,
  );
}

/** Below the answer, or in a message of its own where a long turn calls its author. */
function hasSmallPrint({ text, footnote }: ShownMessage): boolean {
  return /^scripted · /m.test(`${text}\n${footnote ?? ''}`);
}

/** The first open card's button of this label. */
export async function button(
  page: PageClient,
  thread: string,
  label: string,
): Promise<{ readonly message: string; readonly token: string }> {
  return eventually(`a button [${label}]`, async () => {
    for (const message of await page.messages(thread)) {
      const found = message.buttons?.find((one) => one.label === label);
      if (found !== undefined) return { message: message.id, token: found.form?.token ?? found.token };
    }
    return undefined;
  });
}
