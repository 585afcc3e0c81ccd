/** A loop for each session with something to do. The only owner of these loops. */
import type { AgentEvent } from '../../core/agent.ts';
import type { PromptId, ServerSessionId, SessionId } from '../../core/ids.ts';
import { aborted, onAbort } from '../../lib/abort.ts';
import { createMailbox, type Mailbox } from '../../lib/mailbox.ts';
import type { PromptRow } from '../../store/types.ts';
import { hasEnded } from '../outbound/turns.ts';
import { carrySafely } from './carry.ts';
import { hearEvent } from './hearing.ts';
import { takeInMissed } from './missed-runs.ts';
import { refreshQueue } from './queue.ts';
import { recover } from './recovery.ts';
import type { CurrentRun, RunDeps, SessionDeps, Signal } from './session-deps.ts';

/** One loop for each session with something to do: the queue's head is sent, followed and settled, then the next. */
export interface Sessions {
  /** The session's queue, or a prompt in it, has changed. */
  wake(session: SessionId): void;
  /** Somebody stopped the prompt in flight. */
  stop(session: SessionId): void;
  /** The prompt that runs now. */
  running(session: SessionId): PromptId | undefined;
  /** The same by the server's id of the session. */
  runningIn(serverSession: ServerSessionId): PromptId | undefined;
  /** Something may have been begun there by others: looked for before the next prompt is sent. */
  look(session: SessionId): void;
  onEvent(event: AgentEvent): void;
  /** Takes up what a process before us left, then works until aborted. */
  run(signal: AbortSignal): Promise<void>;
}

interface Loop {
  readonly id: SessionId;
  readonly mailbox: Mailbox<Signal>;
  readonly current: CurrentRun;
  heard: ServerSessionId | undefined;
  again: boolean;
  look: boolean;
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
    running: (session) => runningIn(state, state.loops.get(session)),
    runningIn: (session) => runningIn(state, state.hearing.get(session)),
    look(session) {
      wake(state, session);
      const loop = state.loops.get(session);
      if (loop !== undefined) loop.look = true;
    },
    onEvent: (event) => dispatch(state, event),
    run: (signal) => run(state, signal),
  };
}

/** undefined as soon as its run is over, though it may not be settled yet: nothing joins it any more. */
function runningIn({ turns }: State, loop: Loop | undefined): PromptId | undefined {
  const prompt = loop?.current.prompt;
  const one = prompt === undefined ? undefined : turns.get(prompt);
  return one !== undefined && hasEnded(one) ? undefined : prompt;
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
    look: false,
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
    while (!signal.aborted && (await carryNext(state, loop, tools)));
  } while (loop.again && !signal.aborted);
  state.loops.delete(loop.id);
  follow(state, loop, undefined);
}

/** False: nothing is left to do. */
async function carryNext(state: State, loop: Loop, tools: RunDeps): Promise<boolean> {
  const { shard } = state;
  const head = headOf(await refreshQueue(state, loop.id));
  // What runs already goes first.
  if (loop.look && (head === undefined || head.state === 'queued')) {
    loop.look = await missedSomething(state, loop.id);
    if (loop.look) return true;
  }
  if (head === undefined) return false;
  if (head.joins !== undefined) await shard.store.prompts.leaveRun(shard.lease, head.id);
  await carrySafely(tools, head);
  // What was begun as it ended was heard by nobody.
  loop.look = true;
  return true;
}

/** Before the session comes to rest: whether something was begun there by others, unheard. */
async function missedSomething({ shard }: State, session: SessionId): Promise<boolean> {
  const row = await shard.store.sessions.byId(session);
  return row !== undefined && (await takeInMissed(shard, row));
}

/**
 * What runs already goes first: a prompt from elsewhere may have overtaken those that wait. One that joined a run
 * which ended meanwhile has a run of its own.
 */
function headOf(open: readonly PromptRow[]): PromptRow | undefined {
  const heads = open.filter(({ joins }) => !open.some(({ id }) => id === joins));
  return heads.find(({ state }) => state !== 'queued') ?? heads[0];
}

/** Token events end here: one look-up, one reduction, and a mark that the thread has news. */
function dispatch(state: State, event: AgentEvent): void {
  if ('session' in event) {
    const loop = state.hearing.get(event.session);
    if (loop !== undefined) hearEvent(state, loop, event);
  } else for (const loop of state.loops.values()) hearEvent(state, loop, event);
}
