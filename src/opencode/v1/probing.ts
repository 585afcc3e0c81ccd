/** Looks at what kind of server this is and at its rules, when it connects and whenever these may have changed. */
import { AgentRefusedError, ConfigError } from '../../core/errors.ts';
import type { Chance, Clock } from '../../lib/clock.ts';
import { contains } from '../../lib/contains.ts';
import type { Log } from '../../lib/log.ts';
import { backoff } from '../../lib/retry.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Calls } from './calls.ts';
import type { Payload } from './events.ts';
import { type Probe, probe } from './probe.ts';

interface ProbingDeps {
  readonly server: string;
  readonly calls: Calls;
  readonly directories: readonly string[];
  /** A directory of ours that no worktree may contain. */
  readonly keepOut?: string;
  readonly clock: Clock & Chance;
  readonly log: Log;
}

export interface Probing {
  /** What was found last. */
  latest(): Probe | undefined;
  /** Why the last look said nothing, where the server answered and refused; else empty. */
  trouble(): string;
  /**
   * Looks until aborted; `found` is called after each look that told something. Rejects with ConfigError where only
   * the operator can mend it.
   */
  keepLooking(endpoint: Endpoint, found: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** The rules may be others now: looked at again soon. */
  hint(): void;
  /** An event of the stream, which may be such a hint. */
  hears(payload: Payload): void;
}

/** Between two looks at the rules where nothing tells that they changed. */
const lookAgainMs = 60_000;
/** From a hint to the look: several files change together. */
const settleMs = 500;
/** Between two tries to probe the server. */
const firstRetryMs = 500;
const longestRetryMs = 30_000;

/** Where rules, agents and tools stand, whoever changes them: a person, or the agent with an approved edit. */
const rulesFile = /(?:^|\/)(?:opencode\.jsonc?|config\.json)$|(?:^|\/)\.?opencode\//;

interface ProbingState {
  trouble: string;
  latest: Probe | undefined;
  hinted: AbortController;
}

export function createProbing(deps: ProbingDeps): Probing {
  const state: ProbingState = { trouble: '', latest: undefined, hinted: new AbortController() };
  return {
    latest: () => state.latest,
    trouble: () => state.trouble,
    keepLooking: (endpoint, found, signal) => keepLooking(deps, state, { endpoint, found, signal }),
    hint: () => state.hinted.abort(),
    hears(payload) {
      if (mayChangeRules(payload)) state.hinted.abort();
    },
  };
}

function mayChangeRules(payload: Payload): boolean {
  if (payload.type === 'mcp.tools.changed') return true;
  if (payload.type !== 'file.edited' && payload.type !== 'file.watcher.updated') return false;
  return rulesFile.test(payload.properties.file);
}

interface Looking {
  readonly endpoint: Endpoint;
  readonly found: () => Promise<void>;
  readonly signal: AbortSignal;
}

async function keepLooking(deps: ProbingDeps, state: ProbingState, looking: Looking): Promise<void> {
  const { clock } = deps;
  const { signal } = looking;
  while (!signal.aborted) {
    state.hinted = new AbortController();
    await untilProbed(deps, state, looking);
    await clock.sleep(lookAgainMs, AbortSignal.any([signal, state.hinted.signal]));
    if (state.hinted.signal.aborted) await clock.sleep(settleMs, signal);
  }
}

async function untilProbed(deps: ProbingDeps, state: ProbingState, looking: Looking): Promise<void> {
  const { clock, log, server } = deps;
  const { endpoint, found, signal } = looking;
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      const now = await probe({ ...deps, endpoint });
      if (signal.aborted) return;
      refuseWorktrees(deps, now);
      tell(deps, state.latest, now);
      state.trouble = '';
      await found().finally(() => {
        state.latest = now;
      });
      return;
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      state.trouble = error instanceof AgentRefusedError ? error.message : '';
      log.warn({ error, server }, 'probing the agent server failed');
      const pace = { firstMs: firstRetryMs, longestMs: longestRetryMs };
      await clock.sleep(backoff(attempt, clock.random(), pace), signal);
    }
  }
}

function refuseWorktrees({ keepOut, server }: ProbingDeps, { places }: Probe): void {
  if (keepOut === undefined) return;
  const around = places.find(({ worktree }) => worktree !== undefined && contains(worktree, keepOut));
  if (around === undefined) return;
  throw new ConfigError(
    `DRAGOMAN_DATA is ${keepOut}: it lies inside ${around.worktree}, which the agent server ${server} names as the git repository of ${around.directory}. An agent that works there could read our secrets and approve its own requests. Example: DRAGOMAN_DATA=$HOME/.dragoman`,
  );
}

function tell({ log, server }: ProbingDeps, before: Probe | undefined, now: Probe): void {
  if (JSON.stringify(now) === JSON.stringify(before)) return;
  const { version, gate, unasked, problem } = now;
  const fields = { server, version, gate };
  if (problem !== '') log.error({ ...fields, problem }, 'the agent server was probed and has a problem');
  else if (gate === 'partly')
    log.warn({ ...fields, unasked }, 'the agent server does not ask for everything');
  else log.info(fields, 'the agent server was probed');
}
