/** The words of `status` as plain data, so that the command line and the socket show the same. */
import type { AgentStatus } from '../core/agent.ts';
import type { ProjectName, ServerName } from '../core/ids.ts';
import { sentences } from '../render/sentences.ts';
import type { Store, StoreCounts } from '../store/types.ts';

/** What the running process says about itself, plain JSON. For the operator: entrances may hold a secret. */
export interface AppStatus {
  readonly version: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly database: Store['engine'];
  readonly platforms: readonly PlatformStatus[];
  readonly servers: readonly AgentStatus[];
  /** Places that were heard since the start and have no project, as the configuration would name them. */
  readonly unlisted: readonly string[];
  readonly counts: StoreCounts;
  readonly turns: readonly TurnStatus[];
}

export interface PlatformStatus {
  readonly id: string;
  /** What proved last that events can arrive; undefined: nothing yet. */
  readonly proof: string | undefined;
  /** Why events cannot arrive now. */
  readonly problem: string | undefined;
  /** Where a person comes in. */
  readonly entrance: string | undefined;
}

/** A turn that runs now. */
export interface TurnStatus {
  readonly project: ProjectName;
  readonly server: ServerName;
  readonly title: string;
  readonly startedAt: number;
  /** What it waits for a person to decide. */
  readonly waitingFor: string | undefined;
}

/** All of it, as lines for a person. */
export function describeStatus(status: AppStatus, now: number): readonly string[] {
  return [
    `Dragoman ${status.version} · running for ${duration(now - status.startedAt)}`,
    ...status.platforms.map(describePlatform),
    ...status.servers.map((server) => describeServer(server, now)),
    ...status.unlisted.map((place) => `Place     ${place} · ⚠ no project is set up for it`),
    describeDatabase(status.database),
    ...describeCounts(status.counts),
    ...status.turns.map((turn) => describeTurn(turn, now)),
  ];
}

/** What the first lines after the start say, before it is known how the servers are. */
export function describeEntrances(status: AppStatus): readonly string[] {
  const entrances = status.platforms.filter(({ entrance }) => entrance !== undefined);
  return [...entrances.map(describePlatform), describeDatabase(status.database)];
}

export function describeServer(
  { server, connected, since, version, gate, unasked, modelless, problem }: AgentStatus,
  now: number,
): string {
  const state = connected
    ? `connected${version === undefined ? '' : ` · OpenCode ${version}`} · ${gates[gate]}`
    : `not answering for ${duration(now - since)}`;
  const except = connected && gate === 'partly' ? `: ${unasked.join('; ')}` : '';
  return `Server    ${server} · ${state}${except}${[...(connected && modelless ? [sentences.noModel] : []), problem].map((one) => (one === '' ? '' : ` · ⚠ ${one}`)).join('')}`;
}

export function describeCounts({
  threads,
  bound,
  running,
  queued,
  waiting,
  inbox,
}: StoreCounts): readonly string[] {
  const work = `${running} running, ${queued} queued, ${waiting} waiting for an answer`;
  const unhandled = inbox === 0 ? '' : ` · ${inbox} unhandled ${inbox === 1 ? 'event' : 'events'}`;
  return [`Threads   ${threads}, ${bound} bound to a session · ${work}${unhandled}`];
}

function describePlatform({ id, proof, problem, entrance }: PlatformStatus): string {
  if (problem !== undefined) return `Platform  ${id} · ⚠ ${problem}`;
  return entrance === undefined
    ? `Platform  ${id} · ${proof ?? 'no sign of life yet'}`
    : `Page      ${entrance}`;
}

const gates: Readonly<Record<AgentStatus['gate'], string>> = {
  asks: 'approvals on',
  partly: 'approvals on, except what runs without asking',
  off: 'approvals OFF',
  unknown: 'approvals not probed yet',
};

function describeDatabase(engine: Store['engine']): string {
  return engine === 'postgres'
    ? 'Database  Postgres'
    : 'Database  embedded: good for one person or a trial; a power cut can cost the last changes. A team sets DATABASE_URL.';
}

function describeTurn({ project, server, title, startedAt, waitingFor }: TurnStatus, now: number): string {
  const wait = waitingFor === undefined ? '' : `, waiting for an answer: ${waitingFor}`;
  return `  ${project} on ${server} · "${title}" · running for ${duration(now - startedAt)}${wait}`;
}

function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
