/** What a running process can tell of itself: for `status` and for readiness. */
import type { Agent, AgentStatus } from '../core/agent.ts';
import { isRunning } from '../core/prompt.ts';
import type { Readiness } from '../lib/operation.ts';
import { version } from '../lib/version.ts';
import { actLine } from '../render/acts.ts';
import type { Store } from '../store/types.ts';
import type { AppStatus, TurnStatus } from './status.ts';

/** What has come up in this process so far, for those who ask how it is. */
export interface Running {
  readonly startedAt: number;
  store: Store | undefined;
  readonly platforms: readonly Platform[];
  readonly agents: Agent[];
  /** Places that were heard and have no project, as the configuration would name them. */
  readonly unlisted: Set<string>;
}

export interface Platform {
  readonly id: string;
  proof: string | undefined;
  /** Why events cannot arrive now. */
  problem: string | undefined;
  entrance: string | undefined;
}

export async function statusOf({
  startedAt,
  store,
  platforms,
  agents,
  unlisted,
}: Running): Promise<AppStatus> {
  const none = { threads: 0, bound: 0, inbox: 0, queued: 0, running: 0, waiting: 0 };
  const servers = agents.map((agent) => agent.status());
  return {
    version: version(),
    startedAt,
    database: store?.engine ?? 'embedded',
    platforms: platforms.map((platform) => ({ ...platform })),
    servers,
    unlisted: [...unlisted],
    counts: store === undefined ? none : await store.counts(),
    turns:
      store === undefined
        ? []
        : await turnsOf(
            store,
            servers.map(({ server }) => server),
          ),
  };
}

async function turnsOf(store: Store, servers: readonly string[]): Promise<readonly TurnStatus[]> {
  const prompts = (await Promise.all(servers.map((server) => store.prompts.unfinished(server)))).flat();
  const running = prompts.filter((prompt) => prompt.joins === undefined && isRunning(prompt));
  return Promise.all(
    running.map(async (prompt) => {
      const session = await store.sessions.byId(prompt.session);
      const open = (await store.requests.forPrompt(prompt.id)).find(({ state }) => state === 'open');
      return {
        project: session?.project ?? '',
        server: session?.server ?? '',
        title: session?.title ?? '',
        startedAt: prompt.sentAt ?? prompt.createdAt,
        waitingFor:
          open === undefined
            ? undefined
            : open.request.kind === 'permission'
              ? actLine(open.request)
              : 'a question',
      };
    }),
  );
}

/** Ready: database, agent servers with their gate, adapters with proof of inbound life. */
export async function readinessOf({ store, platforms, agents }: Running): Promise<Readiness> {
  const checks: Record<string, string> = { database: await databaseCheck(store) };
  for (const { id, proof, problem } of platforms)
    checks[`platform ${id}`] = problem ?? (proof === undefined ? 'no sign of inbound life yet' : 'ok');
  for (const agent of agents) {
    const { server, connected, gate, unasked, problem } = agent.status();
    const ill = gate === 'off' ? '' : problem;
    checks[`server ${server}`] = ill || (connected ? 'ok' : 'not connected');
    checks[`gate ${server}`] = gateChecks[gate](unasked);
  }
  return { ready: Object.values(checks).every((check) => /^ok\b/.test(check)), checks };
}

/** What an operator let through on purpose does not take a process out of service, but it is named. */
const gateChecks: Readonly<Record<AgentStatus['gate'], (unasked: readonly string[]) => string>> = {
  asks: () => 'ok',
  partly: (unasked) => `ok, except what runs without asking: ${unasked.join('; ')}`,
  off: () => 'approvals are off on this server',
  unknown: () => 'not probed yet',
};

async function databaseCheck(store: Store | undefined): Promise<string> {
  if (store === undefined) return 'not open yet';
  try {
    await store.ping();
    return 'ok';
  } catch {
    return 'does not answer';
  }
}
