/** A loop for each session with something to do. The only owner of these loops. */
import type { AgentEvent } from '../../core/agent.ts';
import { FencedOutError } from '../../core/errors.ts';
import type { PromptId, ServerSessionId, SessionId } from '../../core/ids.ts';
import { isOver } from '../../core/prompt.ts';
import { aborted, onAbort } from '../../lib/abort.ts';
import { createMailbox, type Mailbox } from '../../lib/mailbox.ts';
import { createReference } from '../../lib/reference.ts';
import { backoff } from '../../lib/retry.ts';
import { priority } from '../../render/plan.ts';
import type { PromptRow } from '../../store/types.ts';
import { applyEvent, rootParts } from '../outbound/turns.ts';
import { refreshQueue } from './queue.ts';
import { recover } from './recovery.ts';
import { advanceRun } from './run.ts';
import type { CurrentRun, RunDeps, SessionDeps, Signal } from './session-deps.ts';
import { settle } from './settle.ts';

/** One loop for each session with something to do: the queue's head is sent, followed and settled, then the next. */
export interface Sessions {
  /** The session's queue, or a prompt in it, has changed. */
  wake(session: SessionId): void;
  /** Somebody stopped the prompt in flight. */
  stop(session: SessionId): void;
  /** The prompt that runs now. */
  running(session: SessionId): PromptId | undefined;
  onEvent(event: AgentEvent): void;
  /** Takes up what a process before us left, then works until aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** How often a prompt is tried that meets a bug, or a store that is down. */
const mostAttempts = 3;
const tries = { firstMs: 2000, longestMs: 8000 };

interface Loop {
  readonly id: SessionId;
  readonly mailbox: Mailbox<Signal>;
  readonly current: CurrentRun;
  heard: ServerSessionId | undefined;
  again: boolean;
}

interface State extends SessionDeps {
  readonly loops: Map<SessionId, Loop>;
  /** The same loops by the server's id of what each of them hears. */
  readonly hearing: Map<ServerSessionId, Loop>;
  /** What a process before us left, by session; each is taken up once. */
  readonly unfinished: PromiseWithResolvers<Map<SessionId, readonly PromptRow[]>>;
  readonly failure: PromiseWithResolvers<never>;
  readonly end: AbortController;
}

export function createSessions(deps: SessionDeps): Sessions {
  const state: State = {
    ...deps,
    loops: new Map(),
    hearing: new Map(),
    unfinished: Promise.withResolvers<Map<SessionId, readonly PromptRow[]>>(),
    failure: Promise.withResolvers<never>(),
    end: new AbortController(),
  };
  return {
    wake: (session) => wake(state, session),
    stop: (session) => state.loops.get(session)?.mailbox.push({ type: 'stop' }),
    running: (session) => state.loops.get(session)?.current.prompt,
    onEvent: (event) => dispatch(state, event),
    run: (signal) => run(state, signal),
  };
}

async function run(state: State, signal: AbortSignal): Promise<void> {
  const { shard, end, failure } = state;
  onAbort(signal, () => end.abort());
  const prompts = await shard.store.prompts.unfinished(shard.lease.name);
  const unfinished = Map.groupBy(prompts, ({ session }) => session);
  state.unfinished.resolve(unfinished);
  for (const session of [...unfinished.keys()]) wake(state, session);
  await Promise.race([aborted(end.signal), failure.promise]);
}

function wake(state: State, session: SessionId): void {
  const known = state.loops.get(session);
  if (known !== undefined) {
    known.again = true;
    known.mailbox.push({ type: 'wake' });
    return;
  }
  const loop: Loop = {
    id: session,
    mailbox: createMailbox(state.shard.clock),
    current: { prompt: undefined, follow: (id) => follow(state, loop, id) },
    heard: undefined,
    again: false,
  };
  state.loops.set(session, loop);
  void drive(state, loop).catch(state.failure.reject);
}

/** One session at a time: what was gone at the server has been made anew there. */
function follow({ hearing }: State, loop: Loop, session: ServerSessionId | undefined): void {
  if (loop.heard !== undefined && hearing.get(loop.heard) === loop) hearing.delete(loop.heard);
  loop.heard = session;
  if (session !== undefined) hearing.set(session, loop);
}

async function drive(state: State, loop: Loop): Promise<void> {
  const { signal } = state.end;
  const tools = { ...state, mailbox: loop.mailbox, current: loop.current, signal };
  const unfinished = await state.unfinished.promise;
  const rows = unfinished.get(loop.id) ?? [];
  unfinished.delete(loop.id);
  await recover(tools, rows);
  do {
    loop.again = false;
    while (!signal.aborted) {
      const open = await refreshQueue(state, loop.id);
      const head = headOf(open);
      if (head === undefined) break;
      if (head.joins !== undefined) await state.shard.store.prompts.leaveRun(state.shard.lease, head.id);
      await carrySafely(tools, head);
    }
  } while (loop.again && !signal.aborted);
  state.loops.delete(loop.id);
  follow(state, loop, undefined);
}

/**
 * What runs already goes first: a prompt from elsewhere may have overtaken those that wait. One that joined a run
 * which ended meanwhile has a run of its own.
 */
function headOf(open: readonly PromptRow[]): PromptRow | undefined {
  const heads = open.filter(({ joins }) => !open.some(({ id }) => id === joins));
  return heads.find(({ state }) => state !== 'queued') ?? heads[0];
}

/** A bug met by one prompt is told in its thread and must not stop the sessions beside it. */
async function carrySafely(tools: RunDeps, head: PromptRow): Promise<void> {
  const { log, clock } = tools.shard;
  for (let attempt = 1; !tools.signal.aborted; attempt += 1) {
    try {
      return await advanceRun(tools, head);
    } catch (error) {
      if (error instanceof FencedOutError) throw error;
      const reference = createReference();
      log.error({ prompt: head.id, attempt, reference, error }, 'prompt could not be carried on');
      if (attempt === mostAttempts) return await settle(tools, head.id, 'failed', { reference });
      await clock.sleep(backoff(attempt, clock.random(), tries), tools.signal);
      const again = await tools.shard.store.prompts.byId(head.id);
      if (again === undefined || isOver(again)) return;
    }
  }
}

/** Token events end here: one look-up, one reduction, and a mark that the thread has news. */
function dispatch(state: State, event: AgentEvent): void {
  if ('session' in event) {
    const loop = state.hearing.get(event.session);
    if (loop !== undefined) tell(state, loop, event);
  } else for (const loop of state.loops.values()) tell(state, loop, event);
}

function tell({ turns, delivery }: State, { current, mailbox }: Loop, event: AgentEvent): void {
  const one = current.prompt === undefined ? undefined : turns.get(current.prompt);
  // A snapshot too: what it means is weighed later, but what follows it builds on it.
  const changed = one !== undefined && applyEvent(turns, one.prompt.id, event);
  if (changed) delivery.changed(one.prompt.id, priority.progress);
  if (event.type === 'request-asked') {
    const turn = current.prompt === undefined ? undefined : turns.get(current.prompt)?.turn;
    mailbox.push({ ...event, position: turn === undefined ? 0 : rootParts(turn) });
  } else if (!hot.has(event.type)) mailbox.push(event);
}

/** Events that change a turn and nothing else. */
const hot: ReadonlySet<AgentEvent['type']> = new Set([
  'part-appended',
  'part-updated',
  'message-updated',
  'session-started',
  'session-retrying',
  'session-renamed',
  'session-compacted',
]);
