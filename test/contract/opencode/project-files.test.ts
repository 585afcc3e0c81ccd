/** What our own server makes of the files of a project: its configuration, its instructions, its secrets. */
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/core/agent.ts';
import { serverMessageId } from '../../../src/core/ids.ts';
import { type DemoPlaces, demoPlaces } from '../../../src/demo/environment.ts';
import { writeServerHome } from '../../../src/demo/home.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { Log } from '../../../src/lib/log.ts';
import type { OpenCodeAgent } from '../../../src/opencode/dialect.ts';
import { createAgent, createServerProcess } from '../../../src/opencode/index.ts';
import {
  type CallingModel,
  callingEnvironment,
  createCallingModel,
  type ToolCall,
  told,
  withoutFetching,
} from './calling-model.ts';
import { eventually } from './world.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {} };

let base: string;
let places: DemoPlaces;
let model: CallingModel;
let end: () => Promise<void>;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'dragoman-files-')));
  places = demoPlaces(base);
  model = await createCallingModel();
  end = async () => {};
  await writeServerHome(places);
  await mkdir(places.project, { recursive: true });
});

afterEach(async () => {
  await end();
  await model.close();
  await rm(base, { recursive: true, force: true, maxRetries: 5 });
});

async function write(path: string, content: unknown): Promise<void> {
  const file = join(places.project, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
}

interface Started {
  readonly agent: OpenCodeAgent;
  readonly events: readonly AgentEvent[];
  /** Of the whole agent, where it cannot go on. */
  readonly failure: Promise<unknown>;
  /** Where the server answers. */
  readonly url: string;
  dispose(): Promise<void>;
  ask(call: ToolCall): Promise<void>;
}

interface Settings {
  readonly trustsProjects?: boolean;
  readonly keepOut?: string;
  readonly path?: string;
  readonly directory?: string;
}

async function start({ trustsProjects = false, keepOut, path, directory = places.project }: Settings = {}) {
  const { PATH: inherited = '' } = process.env;
  const env = {
    ...callingEnvironment(places, model),
    PATH: path === undefined ? inherited : `${path}${delimiter}${inherited}`,
  };
  const stop = new AbortController();
  const own = { dataDir: join(base, 'own'), env, models: [], trustsProjects };
  const server = createServerProcess({ ...own, cwd: places.project, clock: systemClock, log });
  const agent = createAgent({
    ...{ server: 'main', endpoint: server.endpoint, directories: [directory], clock: systemClock, log },
    ...(keepOut === undefined ? {} : { keepOut }),
  });
  const events: AgentEvent[] = [];
  const running = server.run(stop.signal);
  const failure = agent
    .run((event) => events.push(event), stop.signal)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  end = async () => {
    stop.abort();
    await Promise.all([running, failure]);
  };
  const { url, username, password } = await server.endpoint(stop.signal);
  const authorization = `Basic ${btoa(`${username}:${password}`)}`;
  return {
    ...{ agent, events, failure, url },
    dispose: async () =>
      void (await fetch(`${url}/instance/dispose?directory=${encodeURIComponent(directory)}`, {
        method: 'POST',
        headers: { authorization },
      })),
    async ask(call) {
      const session = await agent.createSession(directory, 'x', 'x');
      const ref = { session, directory };
      const messageId = serverMessageId(`msg_${Date.now().toString(16).padStart(20, '0')}`);
      agent.track(ref, messageId);
      const text = `Please. ${told(call)}`;
      await agent.prompt({ ref, messageId, parts: [{ id: messageId.replace('msg', 'prt'), text }] });
    },
  } satisfies Started;
}

const loosened = { permission: { bash: 'allow', edit: 'allow' } };
const touch: ToolCall = { tool: 'bash', input: { command: 'touch made', description: 'x' } };
const ownTool = 'export default { description: "touches", args: {}, execute: async () => "touched" }';

it('a project’s own configuration and tools are not read, its instructions are', async () => {
  await write('opencode.json', loosened);
  await write('.opencode/tool/touch.ts', ownTool);
  await write('AGENTS.md', 'Say zebra.');
  const server = await start();
  await eventually(() => expect(server.agent.status()).toMatchObject({ gate: 'asks', unasked: [] }));
  await server.ask(touch);
  await eventually(() => expect(server.events.map(({ type }) => type)).toContain('request-asked'));
  expect(model.systems.join()).toContain('Say zebra.');
});

it('those of a project that the operator trusts are read, and what runs unasked by them is named', async () => {
  await write('opencode.json', { agent: { build: { permission: { bash: { 'touch *': 'allow' } } } } });
  await write('.opencode/tool/touch.ts', ownTool);
  await withoutFetching(places.project);
  const server = await start({ trustsProjects: true });
  await eventually(() =>
    expect(server.agent.status()).toMatchObject({
      gate: 'partly',
      unasked: ['shell commands like touch * (build)', 'the tool touch, which is not built in (every agent)'],
      problem: '',
    }),
  );
});

it('the rules are looked at again when the server takes them up anew', async () => {
  const server = await start({ trustsProjects: true });
  await eventually(() => expect(server.agent.status()).toMatchObject({ gate: 'asks' }));
  await write('opencode.json', { agent: { build: { permission: { bash: 'allow' } } } });
  await withoutFetching(places.project);
  await server.dispose();
  await eventually(() =>
    expect(server.agent.status()).toMatchObject({ gate: 'off', unasked: ['shell commands (build)'] }),
  );
});

it('searching shows nothing of the files that reading asks for', async () => {
  await write('.env', 'TOKEN=not-to-be-seen\n');
  await write('config/.env.production', 'TOKEN=nor-this\n');
  await write('.env.example', 'TOKEN=an-example\n');
  await write('a.ts', 'const TOKEN = 1;\n');
  await write('bin/rg', searcher);
  await chmod(join(places.project, 'bin/rg'), 0o755);
  const server = await start({ path: join(places.project, 'bin') });
  await server.ask({ tool: 'grep', input: { pattern: 'TOKEN' } });
  const found = () =>
    server.events.flatMap((event) =>
      event.type === 'part-updated' && event.part.type === 'tool' && event.part.status === 'completed'
        ? [event.part.output]
        : [],
    );
  await eventually(() => expect(found()).toHaveLength(1));
  expect(found()[0]).toContain('Found 2 matches');
  expect(found()[0]).toContain('an-example');
  expect(found()[0]).toContain('const TOKEN');
  expect(found()[0]).not.toMatch(/not-to-be-seen|nor-this|production/);
});

/** Finds TOKEN in each file, as the search program that the server would fetch prints it. */
const searcher = `#!${process.execPath}
const { readdirSync, readFileSync, statSync } = require('node:fs');
for (const path of readdirSync('.', { recursive: true })) {
  if (!statSync(path).isFile() || path.startsWith('bin') || path.includes('.git/')) continue;
  readFileSync(path, 'utf8').split('\\n').forEach((line, index) => {
    const start = line.indexOf('TOKEN');
    if (start < 0) return;
    const submatches = [{ match: { text: 'TOKEN' }, start, end: start + 5 }];
    const data = { path: { text: './' + path }, lines: { text: line + '\\n' }, line_number: index + 1, absolute_offset: 0, submatches };
    console.log(JSON.stringify({ type: 'match', data }));
  });
}
`;

it('our data inside the git repository that the server names end the work, with what to do', async () => {
  await mkdir(join(places.project, 'packages/api'), { recursive: true });
  const { execFileSync } = await import('node:child_process');
  execFileSync('git', ['init', '-q', places.project]);
  const keepOut = join(places.project, '.dragoman');
  const server = await start({ keepOut, directory: join(places.project, 'packages/api') });
  expect(await server.failure).toMatchObject({
    name: 'ConfigError',
    message: expect.stringContaining(`it lies inside ${places.project}, which the agent server main names`),
  });
});

it('a directory that the server takes for another one is told, and no session is made there', async () => {
  const directory = join(places.project, 'a%2Fb');
  await mkdir(directory, { recursive: true });
  const server = await start({ directory });
  await eventually(() =>
    expect(server.agent.status().problem).toBe(
      `The agent server reads the project’s directory ${directory} as ${places.project}/a/b, and would work there. Rename the directory so that no % stands in its path.`,
    ),
  );
  await expect(server.agent.createSession(directory, 'x', 'x')).rejects.toThrow('would work there');
});
