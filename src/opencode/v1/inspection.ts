/** An OpenCode server as `doctor` looks at it: by calls that start no run and change nothing. */
import { AgentRefusedError } from '../../core/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { DirectoryInspection, ServerInspection } from '../dialect.ts';
import type { Endpoint } from '../endpoint.ts';
import { type Calls, createCalls } from './calls.ts';
import { readDefaults } from './defaults.ts';
import { effectOf } from './gate.ts';
import { type LaterServer, laterServer } from './generation.ts';
import { readOffers } from './offers.ts';
import { pinnedVersion, probe } from './probe.ts';

const healthTimeoutMs = 5_000;

/** Rejects with AgentUnavailableError or AgentRefusedError; the latter also where the password is wrong. */
export async function inspectV1Server(
  endpoint: Endpoint,
  directories: readonly string[],
  clock: Clock,
): Promise<ServerInspection> {
  const calls = createCalls(() => endpoint, clock);
  const later = await laterServer(endpoint, clock);
  if (later !== undefined) return ofLater(later);
  const { version, gate, unasked, problem, fix } = await probe({ calls, endpoint, directories, clock });
  const hesitant = await Promise.all(directories.map((directory) => hesitantIn(calls, directory)));
  const looks: DirectoryInspection[] = [];
  for (const directory of directories) looks.push(await look(calls, directory));
  return {
    version,
    pinned: pinnedVersion(),
    gate,
    unasked,
    problem,
    fix,
    spoken: true,
    open: await isOpen(endpoint, clock),
    hesitant: [...new Set(hesitant.flat())],
    directories: looks,
  };
}

/** Nothing else can be asked of it. */
function ofLater({ version, problem, fix }: LaterServer): ServerInspection {
  const nothing = { unasked: [], open: false, hesitant: [], directories: [] };
  return { version, pinned: pinnedVersion(), gate: 'unknown', problem, fix, spoken: false, ...nothing };
}

async function look(calls: Calls, directory: string): Promise<DirectoryInspection> {
  const { models, agents, model } = await readOffers(calls, directory, (where) => readDefaults(calls, where));
  return { directory, models, agents: agents.map(({ name }) => name), model };
}

async function hesitantIn(calls: Calls, directory: string): Promise<readonly string[]> {
  const agents = await calls('read its agents', (client, options) =>
    client.app.agents({ directory }, options),
  );
  return agents
    .filter(({ mode, hidden }) => mode !== 'subagent' && hidden !== true)
    .filter(({ permission }) => effectOf(permission, 'read', 'README.md') === 'ask')
    .map(({ name }) => name);
}

async function isOpen(endpoint: Endpoint, clock: Clock): Promise<boolean> {
  if (endpoint.password === '') return true;
  const stranger = createCalls(() => ({ ...endpoint, password: '' }), clock);
  try {
    await stranger('read its version', (client, options) => client.global.health(options), healthTimeoutMs);
    return true;
  } catch (error) {
    if (error instanceof AgentRefusedError) return false;
    throw error;
  }
}
