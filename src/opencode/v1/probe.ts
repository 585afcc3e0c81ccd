/** What kind of server this is: its version, whether it has what we call, and whether its gate gates. */
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { AgentRefusedError } from '../../core/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { within } from '../deadline.ts';
import { authorization, type Endpoint } from '../endpoint.ts';
import type { Calls } from './calls.ts';
import { gateOf, type Rules, type Verdict } from './gate.ts';
import { askingAdvice } from './permission.ts';
import { elsewhereSentence, type Place, readPlace } from './place.ts';

/** Every call this folder makes, as the server's `/doc` writes it with `{}` for each parameter. */
const neededCalls = [
  'get /global/event',
  'get /agent',
  'get /config',
  'get /session',
  'post /session',
  'get /session/status',
  'get /session/{}',
  'delete /session/{}',
  'get /session/{}/children',
  'get /session/{}/diff',
  'get /session/{}/message',
  'post /session/{}/message',
  'post /session/{}/prompt_async',
  'post /session/{}/abort',
  'get /permission',
  'post /permission/{}/reply',
  'get /question',
  'post /question/{}/reply',
  'post /question/{}/reject',
] as const;

export interface Probe extends Verdict {
  readonly version: string;
  /** For the operator, where something is wrong or runs without asking: what it is, and what to do. Else empty. */
  readonly problem: string;
  readonly fix: string;
  readonly places: readonly Place[];
}

interface Probed {
  readonly calls: Calls;
  readonly endpoint: Endpoint;
  readonly directories: readonly string[];
  readonly clock: Clock;
}

/** Writing it takes the server 1.5 s of a processor (measured). */
const docTimeoutMs = 10_000;
/** Short: it answers at once, or is not there. */
const healthTimeoutMs = 5_000;

/** That of the SDK which this program was written with; its server's `/doc` lists all that is needed (tested). */
export function pinnedVersion(): string {
  const file = findPackageJSON('@opencode-ai/sdk', import.meta.url);
  if (file === undefined) throw new Error('the SDK has no package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string };
  return version;
}

/** The needed calls that a `/doc` does not list. */
export function missingCalls(doc: unknown): readonly string[] {
  const paths = (doc as { readonly paths?: Readonly<Record<string, object>> } | null)?.paths ?? {};
  const there = new Set<string>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const method of Object.keys(methods)) there.add(`${method} ${path.replace(/\{[^}]*\}/g, '{}')}`);
  }
  return neededCalls.filter((call) => !there.has(call));
}

async function readDoc(endpoint: Endpoint, signal: AbortSignal): Promise<unknown> {
  const secret = authorization(endpoint);
  const response = await fetch(new URL('/doc', endpoint.url), {
    headers: secret === undefined ? {} : { authorization: secret },
    redirect: 'error',
    signal,
  });
  // A server without `/doc` answers with a web page.
  if (!response.ok || !response.headers.get('content-type')?.includes('json')) return undefined;
  return response.json();
}

/** Rejects as calls do. The gate is that of the directory where least is asked. */
export async function probe({ calls, endpoint, directories, clock }: Probed): Promise<Probe> {
  const health = await calls(
    'read its version',
    (client, options) => client.global.health(options),
    healthTimeoutMs,
  );
  // A server of another version is asked for its list.
  const doc =
    health.version === pinnedVersion()
      ? undefined
      : await within(clock, docTimeoutMs, (signal) => readDoc(endpoint, signal));
  const missing = doc === undefined ? [] : missingCalls(doc);
  const looks = await Promise.all(
    directories.map(async (directory) => ({
      place: await optional(readPlace(calls, directory)),
      gate: gateOf(await readRules(calls, directory)),
    })),
  );
  const gate = together(looks.map((look) => look.gate));
  const places = looks.flatMap(({ place }) => (place === undefined ? [] : [place]));
  return { version: health.version, ...gate, ...problemOf(missing, places, gate), places };
}

/** A compatible server may lack what only narrows a judgement. */
async function optional<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof AgentRefusedError) return undefined;
    throw error;
  }
}

async function readRules(calls: Calls, directory: string): Promise<Rules> {
  const [agents, tools, mcp] = await Promise.all([
    calls('read its agents', (client, options) => client.app.agents({ directory }, options)),
    // It waits while packages of the project's own tools are installed, so that a late answer says nothing yet.
    optional(calls('read its tools', (client, options) => client.tool.ids({ directory }, options))),
    optional(calls('read its MCP servers', (client, options) => client.mcp.status({ directory }, options))),
  ]);
  const servers = Object.entries(mcp ?? {}).filter(([, { status }]) => status !== 'disabled');
  return { agents, tools, mcp: servers.map(([name]) => name) };
}

/** The worst of them, with all that runs unasked in any. */
function together(gates: readonly Verdict[]): Verdict {
  const has = (one: Verdict['gate']) => gates.some(({ gate }) => gate === one);
  const gate = has('off')
    ? 'off'
    : gates.length === 0 || has('unknown')
      ? 'unknown'
      : has('partly')
        ? 'partly'
        : 'asks';
  return { gate, unasked: [...new Set(gates.flatMap(({ unasked }) => unasked))] };
}

function problemOf(
  missing: readonly string[],
  places: readonly Place[],
  { gate, unasked }: Verdict,
): Pick<Probe, 'problem' | 'fix'> {
  if (missing.length > 0)
    return {
      problem: `This agent server lacks what is needed: ${missing.join(', ')}.`,
      fix: `Run OpenCode ${pinnedVersion()} there: npm install -g opencode-ai@${pinnedVersion()}.`,
    };
  const lost = places.find(({ elsewhere }) => elsewhere !== undefined);
  if (lost !== undefined)
    return {
      problem: elsewhereSentence(lost),
      fix: 'Rename the directory so that no % stands in its path.',
    };
  if (gate === 'off')
    return {
      problem: `Approvals are off on this server. Without asking it runs: ${unasked.join('; ')}.`,
      fix: askingAdvice,
    };
  return { problem: '', fix: gate === 'partly' ? askingAdvice : '' };
}
