/** What kind of server this is: its version, whether it has what we call, and whether its gate gates. */
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import type { AgentStatus } from '../../core/agent.ts';
import type { Clock } from '../../lib/clock.ts';
import { within } from '../deadline.ts';
import { authorization, type Endpoint } from '../endpoint.ts';
import type { Calls } from './calls.ts';
import { gateOf } from './gate.ts';

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

export interface Probe {
  readonly version: string;
  readonly gate: AgentStatus['gate'];
  /** One sentence for the operator where something is wrong, else empty. */
  readonly problem: string;
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

/** Rejects as calls do. The gate is `off` where it is off in one of the directories. */
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
  const gates = await Promise.all(
    directories.map(async (directory) => {
      const agents = await calls('read its agents', (client, options) =>
        client.app.agents({ directory }, options),
      );
      return gateOf(agents);
    }),
  );
  const unasked = [...new Set(gates.flatMap((gate) => gate.unasked))];
  const unknown = gates.length === 0 || gates.some(({ gate }) => gate === 'unknown');
  return {
    version: health.version,
    gate: unasked.length > 0 ? 'off' : unknown ? 'unknown' : 'asks',
    problem: problemOf(missing, unasked),
  };
}

function problemOf(missing: readonly string[], unasked: readonly string[]): string {
  if (missing.length > 0) return `This agent server lacks what is needed: ${missing.join(', ')}.`;
  if (unasked.length === 0) return '';
  const who = unasked.length === 1 ? `the agent ${unasked[0]} runs` : `the agents ${unasked.join(', ')} run`;
  return `Approvals are off on this server: ${who} shell commands without asking. Set "permission": {"bash": "ask"} in its configuration, or OPENCODE_PERMISSION in its environment.`;
}
