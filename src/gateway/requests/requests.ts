/** The life of a request: asked, decided by one person, told to the server, closed. */
import type { AgentEvent, AgentRequest, RequestOutcome, SessionRef } from '../../core/agent.ts';
import type { Author } from '../../core/channel.ts';
import { AgentRefusedError, AgentUnavailableError } from '../../core/errors.ts';
import type { PromptId, RequestId, ThreadId } from '../../core/ids.ts';
import type { Turn } from '../../core/turn.ts';
import { priority } from '../../render/plan.ts';
import type { Decision, RequestRow, RequestState, Words } from '../../store/types.ts';
import type { Delivery } from '../outbound/delivery.ts';
import type { ActiveTurn, Turns } from '../outbound/turns.ts';
import type { Shard } from '../shard.ts';

/** Requests of the agent, from being asked to being settled. Each is settled exactly once, by the database. */
export interface Requests {
  /** The agent asks; `position`: parts of the root session that stood before. The row comes before the card. */
  asked(prompt: PromptId, request: AgentRequest, position: number): Promise<void>;
  /** The server says that a request was answered. */
  closed(prompt: PromptId, event: AgentEvent & { readonly type: 'request-closed' }): Promise<void>;
  /** Compares our rows with what the server has pending: `lost`, the server no longer knows of the run. */
  reconcile(prompt: PromptId, pending: readonly AgentRequest[], lost: boolean): Promise<void>;
  /** The run is over: what is still open will never be answered. */
  abandon(prompt: PromptId): Promise<void>;
  /** A person decides, in this thread. False: it was not open any more. */
  decide(row: RequestRow, decision: Decision, by: Author, thread: ThreadId): Promise<boolean>;
  /** Somebody answered a permission in words: they are asked back. False: it was not open any more. */
  hear(row: RequestRow, words: Words): Promise<boolean>;
  /** Refuses what nobody answered in time, and tells the server again what it may not have heard. */
  tick(): Promise<void>;
}

interface Deps {
  readonly shard: Shard;
  readonly turns: Turns;
  readonly delivery: Delivery;
  /** Requests whose decision is being told to the server: of two answers the server knows the first only. */
  readonly telling: Set<RequestId>;
}

type FinalState = Exclude<RequestState, 'open' | 'settling'>;

export function createRequests(shard: Shard, turns: Turns, delivery: Delivery): Requests {
  const deps: Deps = { shard, turns, delivery, telling: new Set() };
  return {
    asked: (prompt, request, position) => asked(deps, prompt, request, position),
    closed: (prompt, event) => closed(deps, prompt, event),
    reconcile: (prompt, pending, lost) => reconcile(deps, prompt, pending, lost),
    async abandon(prompt) {
      for (const row of unsettledOf(turns.get(prompt))) await close(deps, row, endOf(row));
    },
    decide: (row, decision, by, thread) => decide(deps, row, decision, { by, thread }),
    hear: (row, words) => hear(deps, row, words),
    tick: () => tick(deps),
  };
}

/** A decision that was on its way when the run ended was either carried out or overtaken; it is told as decided. */
function endOf(row: RequestRow): FinalState {
  return row.state === 'settling' ? 'settled' : 'aborted';
}

function unsettledOf(one: ActiveTurn | undefined): readonly RequestRow[] {
  return (one?.requests ?? []).filter(({ state }) => state === 'open' || state === 'settling');
}

async function asked(deps: Deps, prompt: PromptId, request: AgentRequest, position: number): Promise<void> {
  const { store, lease, settings } = deps.shard;
  const one = deps.turns.get(prompt);
  if (one === undefined) return;
  const { session, attempt } = one.prompt;
  const row = await store.requests.open(
    lease,
    { session, prompt, request, position, attempt },
    settings.requestTimeoutMs,
  );
  // The server still asks although it was refused here: it did not hear of it.
  if (row.state === 'expired') await tellAgain(deps, row, { reply: 'reject' });
  await refresh(deps, prompt);
}

async function closed(
  deps: Deps,
  prompt: PromptId,
  { request, outcome }: AgentEvent & { readonly type: 'request-closed' },
): Promise<void> {
  const one = deps.turns.get(prompt);
  const row = unsettledOf(one).find((candidate) => candidate.request.id === request);
  if (one === undefined || row === undefined) return;
  if (row.state === 'settling' && row.decision?.reply === outcome.reply) return close(deps, row, 'settled');
  // One bare rejection ends the run and with it every other request of the session (facts: opencode §3).
  const swept = outcome.reply === 'reject' && one.requests.some((other) => sweeps(other, row));
  if (swept) await close(deps, row, endOf(row));
  else await close(deps, row, 'elsewhere', outcome);
}

/** Whether a rejection ended the run in which the other one waited; with a reason a run goes on and may ask again. */
function sweeps(other: RequestRow, row: RequestRow): boolean {
  if (other.id === row.id) return false;
  if (other.state === 'expired') return true;
  const { decision, decidedAt = Number.POSITIVE_INFINITY } = other;
  const bare = decision?.reply === 'reject' && decision.reason === undefined;
  return bare && row.askedAt <= decidedAt;
}

async function reconcile(
  deps: Deps,
  prompt: PromptId,
  pending: readonly AgentRequest[],
  lost: boolean,
): Promise<void> {
  for (const row of unsettledOf(deps.turns.get(prompt))) {
    const waits = pending.some(({ id }) => id === row.request.id);
    if (!waits && lost) await close(deps, row, 'lost');
    else if (!waits && row.state === 'settling') await close(deps, row, 'settled');
    else if (!waits) await close(deps, row, 'elsewhere', outcomeIn(deps.turns.get(prompt)?.turn, row));
    else if (row.state === 'settling') await tellDecided(deps, row);
  }
}

/** What became of it while nobody listened, as its tool tells. */
function outcomeIn(turn: Turn | undefined, { request }: RequestRow): RequestOutcome | undefined {
  const tool = turn?.items.find(({ part }) => part.type === 'tool' && part.callId === request.callId)?.part;
  if (tool?.type !== 'tool' || tool.status === 'pending') return undefined;
  if (tool.rejected === true) return { reply: 'reject' };
  return request.kind === 'permission' ? { reply: 'once' } : undefined;
}

async function decide(
  deps: Deps,
  row: RequestRow,
  decision: Decision,
  { by, thread }: { readonly by: Author; readonly thread: ThreadId },
): Promise<boolean> {
  const { store, lease } = deps.shard;
  const decided = await store.requests.decide(lease, row.id, decision, by, thread);
  if (decided === undefined) return false;
  await refresh(deps, row.prompt);
  await tell(deps, decided, decision, 'lost');
  return true;
}

async function tellDecided(deps: Deps, row: RequestRow): Promise<void> {
  const { decision } = row;
  if (decision !== undefined && decision.reply !== 'always') await tellAgain(deps, row, decision);
}

async function hear(deps: Deps, row: RequestRow, words: Words): Promise<boolean> {
  const { store, lease } = deps.shard;
  const waits = await store.requests.hear(lease, row.id, words);
  if (waits) await refresh(deps, row.prompt);
  return waits;
}

/** It may have heard already: then it was carried out, and is told as decided. */
function tellAgain(deps: Deps, row: RequestRow, decision: Decision): Promise<void> {
  return tell(deps, row, decision, 'settled');
}

/**
 * Tells the server; where it does not answer, `tick` and the next snapshot tell it again. `unknown`: what has become
 * of a request that the server does not know.
 */
async function tell(
  deps: Deps,
  row: RequestRow,
  decision: Decision,
  unknown: 'lost' | 'settled',
): Promise<void> {
  const { telling } = deps;
  if (telling.has(row.id)) return;
  telling.add(row.id);
  try {
    await tellOnce(deps, row, decision, unknown);
  } finally {
    telling.delete(row.id);
  }
}

async function tellOnce(
  deps: Deps,
  row: RequestRow,
  decision: Decision,
  unknown: 'lost' | 'settled',
): Promise<void> {
  const { store, agent, log } = deps.shard;
  const session = await store.sessions.byId(row.session);
  if (session?.serverSession === undefined) return close(deps, row, 'lost');
  const ref: SessionRef = { session: session.serverSession, directory: session.directory };
  try {
    const outcome = await reply(deps, ref, row, decision);
    await close(deps, row, outcome === 'accepted' ? 'settled' : unknown);
  } catch (error) {
    if (error instanceof AgentRefusedError) await close(deps, row, 'lost');
    else if (!(error instanceof AgentUnavailableError)) throw error;
    log.warn({ request: row.id, server: agent.server }, 'a decision could not be told to the agent server');
  }
}

function reply({ shard: { agent } }: Deps, ref: SessionRef, { request }: RequestRow, decision: Decision) {
  if (request.kind === 'permission') {
    return decision.reply === 'once'
      ? agent.replyPermission(ref, request.id, 'once')
      : agent.replyPermission(ref, request.id, 'reject', reasonOf(decision));
  }
  return decision.reply === 'answers'
    ? agent.replyQuestion(ref, request.id, decision.answers)
    : agent.rejectQuestion(ref, request.id);
}

function reasonOf(decision: Decision): string | undefined {
  return decision.reply === 'reject' ? decision.reason : undefined;
}

async function close(
  deps: Deps,
  row: RequestRow,
  state: FinalState,
  outcome?: RequestOutcome,
): Promise<void> {
  const { store, lease, log } = deps.shard;
  const changed = await store.requests.close(lease, row.id, state, outcome);
  if (changed) log.info({ request: row.id, prompt: row.prompt, state }, 'request was settled');
  await refresh(deps, row.prompt);
}

async function refresh({ shard, turns, delivery }: Deps, prompt: PromptId): Promise<void> {
  const requests = await shard.store.requests.forPrompt(prompt);
  turns.update(prompt, { requests });
  delivery.changed(prompt, priority.card);
}

async function tick(deps: Deps): Promise<void> {
  const { store, lease } = deps.shard;
  for (const row of await store.requests.overdue(lease.name)) {
    await close(deps, row, 'expired');
    await tell(deps, row, { reply: 'reject' }, 'lost');
  }
  const now = deps.shard.clock.now();
  for (const row of await store.requests.unsettled(lease.name)) {
    const unheard = row.state === 'settling' && (row.decidedAt ?? now) < now - 5000;
    if (unheard) await tellDecided(deps, row);
  }
}
