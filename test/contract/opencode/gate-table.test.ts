/**
 * What the probe says of a project's configuration is what runs: each file below, in the root session, in a
 * sub-agent and in a hidden one, on the real server. The person's own configuration asks for everything that acts.
 */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoPlaces } from '../../../src/demo/environment.ts';
import { writeServerHome } from '../../../src/demo/home.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { inspectServer } from '../../../src/opencode/index.ts';
import { askingAdvice } from '../../../src/opencode/v1/permission.ts';
import { type OpenCode, startOpenCode, until } from '../demo/opencode.ts';
import {
  type CallingModel,
  callingEnvironment,
  createCallingModel,
  type ToolCall,
  told,
  withoutFetching,
} from './calling-model.ts';

type Fate = 'asks' | 'runs' | 'denied';

interface Row {
  readonly name: string;
  /** Files of the project by their paths. */
  readonly files: Readonly<Record<string, unknown>>;
  readonly gate: 'asks' | 'partly' | 'off';
  /** What is named, besides or instead of nothing. */
  readonly unasked: readonly string[];
  /** By agent, the fate of `touch made` and of writing a file, and of the project's own tool where it has one. */
  readonly build: readonly Fate[];
  readonly general: readonly Fate[];
  readonly ghost: readonly Fate[];
}

const asks: readonly Fate[] = ['asks', 'asks'];
const everyone = { build: asks, general: asks, ghost: asks };
const config = (content: object) => ({ 'opencode.json': content });
const permission = (rules: unknown) => config({ permission: rules });
const agent = (name: string, rules: object) => config({ agent: { [name]: { permission: rules } } });
const ownTool = 'export default { description: "touches", args: {}, execute: async () => "touched" }';
const plugin =
  'export const Own = async () => ({ tool: { touch: { description: "touches", args: {}, execute: async () => "touched" } } })';

const rows: readonly Row[] = [
  { name: 'nothing', files: {}, gate: 'asks', unasked: [], ...everyone },
  {
    name: 'one agent that edits, and runs some commands',
    files: agent('build', { edit: 'allow', bash: { 'touch *': 'allow' } }),
    gate: 'off',
    unasked: ['changes of files (build)', 'shell commands like touch * (build)'],
    ...{ ...everyone, build: ['runs', 'runs'] },
  },
  {
    name: 'a hidden sub-agent that runs commands',
    files: agent('ghost', { bash: 'allow' }),
    gate: 'off',
    unasked: ['shell commands (ghost)'],
    ...{ ...everyone, ghost: ['runs', 'asks'] },
  },
  {
    name: 'a sub-agent that edits',
    files: agent('general', { edit: 'allow' }),
    gate: 'off',
    unasked: ['changes of files (general)'],
    ...{ ...everyone, general: ['asks', 'runs'] },
  },
  {
    name: 'commands for all',
    files: permission({ bash: 'allow' }),
    gate: 'off',
    unasked: ['shell commands (every agent)'],
    ...{ build: ['runs', 'asks'], general: ['runs', 'asks'], ghost: ['runs', 'asks'] },
  },
  {
    name: 'everything for all, in one word',
    files: permission('allow'),
    gate: 'off',
    unasked: [
      ...['changes of files (every agent)', 'code searches on the web (every agent)'],
      ...['fetching web pages (every agent)', 'reaching outside of the project (every agent)'],
      ...['shell commands (every agent)', 'web searches (every agent)'],
    ],
    ...{ build: ['runs', 'runs'], general: ['runs', 'runs'], ghost: ['runs', 'runs'] },
  },
  {
    name: 'some commands for all',
    files: permission({ bash: { '*': 'ask', 'touch *': 'allow' } }),
    gate: 'partly',
    unasked: ['shell commands like touch * (every agent)'],
    ...{ build: ['runs', 'asks'], general: ['runs', 'asks'], ghost: ['runs', 'asks'] },
  },
  {
    name: 'some commands, taken back by a later rule',
    files: permission({ bash: { 'touch *': 'allow', '*': 'ask' } }),
    gate: 'asks',
    unasked: [],
    ...everyone,
  },
  {
    name: 'files in one directory',
    files: permission({ edit: { '*/made*': 'allow' } }),
    gate: 'partly',
    unasked: ['changes of files like */made* (every agent)'],
    ...{ build: ['asks', 'runs'], general: ['asks', 'runs'], ghost: ['asks', 'runs'] },
  },
  {
    name: 'a denial',
    files: permission({ bash: 'deny' }),
    gate: 'asks',
    unasked: [],
    ...{ build: ['denied', 'asks'], general: ['denied', 'asks'], ghost: ['denied', 'asks'] },
  },
  {
    name: 'comments and a comma at the end',
    files: {
      'opencode.jsonc': '{ // theirs\n "agent": { "build": { "permission": { "bash": "allow", } } }, }',
    },
    gate: 'off',
    unasked: ['shell commands (build)'],
    ...{ ...everyone, build: ['runs', 'asks'] },
  },
  {
    name: 'an agent in a file of its own',
    files: {
      '.opencode/agent/ghost.md':
        '---\ndescription: unseen\nmode: subagent\nhidden: true\npermission:\n  bash: allow\n---\nBe quick.\n',
    },
    gate: 'off',
    unasked: ['shell commands (ghost)'],
    ...{ ...everyone, ghost: ['runs', 'asks'] },
  },
  {
    name: 'a configuration below .opencode',
    files: { '.opencode/opencode.json': { permission: { bash: { 'touch *': 'allow' } } } },
    gate: 'partly',
    unasked: ['shell commands like touch * (every agent)'],
    ...{ build: ['runs', 'asks'], general: ['runs', 'asks'], ghost: ['runs', 'asks'] },
  },
  {
    name: 'a tool of its own',
    files: { '.opencode/tool/touch.ts': ownTool },
    gate: 'partly',
    unasked: ['the tool touch, which is not built in (every agent)'],
    ...{ build: [...asks, 'runs'], general: [...asks, 'runs'], ghost: [...asks, 'runs'] },
  },
  {
    name: 'a tool of a plugin, which one agent may not use',
    files: {
      '.opencode/plugin/own.ts': plugin,
      ...agent('ghost', { touch: 'deny' }),
    },
    gate: 'partly',
    unasked: ['the tool touch, which is not built in'],
    ...{ build: [...asks, 'runs'], general: [...asks, 'runs'], ghost: [...asks, 'denied'] },
  },
];

let base: string;
let model: CallingModel;
let server: OpenCode;

const directoryOf = (row: Row) => join(base, 'projects', String(rows.indexOf(row)));

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'dragoman-gate-')));
  const places = demoPlaces(base);
  model = await createCallingModel();
  await writeServerHome(places);
  const advised = JSON.parse(/"permission": (\{.*?\}) in its user/.exec(askingAdvice)?.[1] ?? '');
  await write(join(places.home, 'config/opencode/opencode.json'), {
    permission: advised,
    agent: { ghost: { mode: 'subagent', hidden: true, description: 'unseen', prompt: 'Be quick.' } },
  });
  for (const row of rows) {
    await mkdir(directoryOf(row), { recursive: true });
    for (const [path, content] of Object.entries(row.files))
      await write(join(directoryOf(row), path), content);
    await withoutFetching(directoryOf(row));
  }
  const { PATH: path = '' } = process.env;
  server = await startOpenCode(base, { PATH: path, ...callingEnvironment(places, model) });
});

afterAll(async () => {
  await server?.kill();
  await model?.close();
  await rm(base, { recursive: true, force: true, maxRetries: 5 });
});

async function write(path: string, content: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
}

async function call<T>(directory: string, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'x-opencode-directory': encodeURIComponent(directory) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

interface Told {
  readonly parts: readonly {
    readonly tool?: string;
    readonly callID?: string;
    readonly state?: { readonly status: string; readonly metadata?: { readonly sessionId?: string } };
  }[];
}

/** What becomes of these calls, made by an agent: by itself, or handed to it as a sub-agent by another. */
async function fates(directory: string, name: string, calls: readonly ToolCall[]): Promise<readonly Fate[]> {
  const { id } = await call<{ id: string }>(directory, 'POST', '/session', { title: name });
  const handed: ToolCall = {
    tool: 'task',
    input: { description: 'x', prompt: told(...calls), subagent_type: name },
  };
  const text = name === 'build' ? told(...calls) : told(handed);
  const prompt = { model: { providerID: 'demo', modelID: 'scripted' }, agent: 'build' };
  await call(directory, 'POST', `/session/${id}/prompt_async`, {
    ...prompt,
    parts: [{ type: 'text', text }],
  });
  const found = await until(`what becomes of the calls of ${name} in ${directory}`, async () => {
    const session = name === 'build' ? id : await childOf(directory, id);
    return session === undefined ? undefined : fatesIn(directory, session, calls);
  });
  await call(directory, 'POST', `/session/${id}/abort`);
  return found;
}

async function childOf(directory: string, session: string): Promise<string | undefined> {
  const [child] = await call<readonly { id: string }[]>(directory, 'GET', `/session/${session}/children`);
  return child?.id;
}

async function fatesIn(
  directory: string,
  session: string,
  calls: readonly ToolCall[],
): Promise<readonly Fate[] | undefined> {
  const asked = await call<readonly { tool?: { callID: string } }[]>(directory, 'GET', '/permission');
  const messages = await call<readonly Told[]>(directory, 'GET', `/session/${session}/message`);
  const parts = messages.flatMap((message) => message.parts);
  const each = calls.map(({ tool }): Fate | undefined => {
    const part = parts.find((one) => one.tool === tool || (one.tool === 'invalid' && tool === 'touch'));
    // A tool that an agent may not use at all is not among those that it has.
    const unknown = parts.some((one) => one.tool === 'invalid') && part?.tool !== tool;
    if (unknown) return 'denied';
    if (asked.some((one) => one.tool?.callID === part?.callID)) return 'asks';
    if (part?.state?.status === 'completed') return 'runs';
    return part?.state?.status === 'error' ? 'denied' : undefined;
  });
  return each.every((fate) => fate !== undefined) ? (each as readonly Fate[]) : undefined;
}

const command: ToolCall = { tool: 'bash', input: { command: 'touch made', description: 'x' } };

it.each(rows)('$name: what the probe says is what runs', async (row) => {
  const directory = directoryOf(row);
  const endpoint = { url: server.url, username: 'opencode', password: '' };
  const { gate, unasked } = await inspectServer(endpoint, [directory], systemClock);
  expect({ gate, unasked: unasked.toSorted() }).toEqual({
    gate: row.gate,
    unasked: row.unasked.map((one) => expect.stringContaining(one)).toSorted(),
  });
  const file: ToolCall = { tool: 'write', input: { filePath: join(directory, 'made.txt'), content: 'x' } };
  const calls = [command, file, ...(row.build.length > 2 ? [{ tool: 'touch', input: {} }] : [])];
  const [build, general, ghost] = await Promise.all(
    (['build', 'general', 'ghost'] as const).map((name) => fates(directory, name, calls)),
  );
  expect({ build, general, ghost }).toEqual({ build: row.build, general: row.general, ghost: row.ghost });
});
