/** An OpenCode server as `doctor` looks at it: by calls that start no run and change nothing. */
import { AgentRefusedError } from '../../core/errors.ts';
import type { Endpoint } from '../endpoint.ts';
import { readRecord } from '../server-record.ts';
import { type Calls, createCalls } from './calls.ts';
import { readDefaults } from './defaults.ts';
import { actionOf } from './gate.ts';
import { readOffers } from './offers.ts';
import { pinnedVersion, probe } from './probe.ts';

export interface ServerInspection {
  readonly version: string;
  /** That of the SDK which this program was written with. */
  readonly pinned: string;
  readonly gate: 'asks' | 'off' | 'unknown';
  /** One sentence where something is wrong, else empty. */
  readonly problem: string;
  /** It lets in who brings no password. */
  readonly open: boolean;
  /** Agents that ask before each look at a file, so that every step waits for a person. */
  readonly hesitant: readonly string[];
  readonly places: readonly PlaceInspection[];
}

/** What the server offers in one directory. */
export interface PlaceInspection {
  readonly directory: string;
  /** `provider/model` of those that the server has a key for, or that need none. */
  readonly models: readonly string[];
  readonly agents: readonly string[];
  /** What the server takes by itself. */
  readonly model: string | undefined;
}

const patienceMs = 5_000;

/** Rejects with AgentUnavailableError or AgentRefusedError; the latter also where the password is wrong. */
export async function inspectServer(
  endpoint: Endpoint,
  directories: readonly string[],
): Promise<ServerInspection> {
  const calls = createCalls(() => endpoint);
  const { version, gate, problem } = await probe(calls, endpoint, directories);
  const hesitant = await Promise.all(directories.map((directory) => hesitantIn(calls, directory)));
  const places: PlaceInspection[] = [];
  for (const directory of directories) places.push(await look(calls, directory));
  return {
    version,
    pinned: pinnedVersion(),
    gate,
    problem,
    open: await isOpen(endpoint),
    hesitant: [...new Set(hesitant.flat())],
    places,
  };
}

async function look(calls: Calls, directory: string): Promise<PlaceInspection> {
  const { models, agents, model } = await readOffers(calls, directory, (where) => readDefaults(calls, where));
  return { directory, models, agents: agents.map(({ name }) => name), model };
}

async function hesitantIn(calls: Calls, directory: string): Promise<readonly string[]> {
  const agents = await calls('read its agents', (client, options) =>
    client.app.agents({ directory }, options),
  );
  return agents
    .filter(({ mode, hidden }) => mode !== 'subagent' && hidden !== true)
    .filter(({ permission }) => actionOf(permission, 'read', 'README.md') === 'ask')
    .map(({ name }) => name);
}

async function isOpen(endpoint: Endpoint): Promise<boolean> {
  if (endpoint.password === '') return true;
  const stranger = createCalls(() => ({ ...endpoint, password: '' }));
  try {
    await stranger('read its version', (client, options) => client.global.health(options), patienceMs);
    return true;
  } catch (error) {
    if (error instanceof AgentRefusedError) return false;
    throw error;
  }
}

/** Where the server that a running gateway started answers; undefined: there is none. */
export async function runningServer(dataDir: string): Promise<Endpoint | undefined> {
  const record = await readRecord(dataDir);
  if (record === undefined || record.url === '') return undefined;
  return { url: record.url, username: record.username, password: record.password };
}
