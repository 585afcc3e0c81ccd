import type { AgentEvent } from '../core/agent.ts';
import { priority } from '../render/plan.ts';
import { type Course, carry } from './course.ts';
import type { Delivery } from './delivery.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import { readQueue } from './queue.ts';
import { recover } from './recovery.ts';
import type { Requests } from './requests.ts';
import type { Shard } from './shard.ts';
import { applyEvent, rootParts, type Turns } from './turns.ts';

/** What a session's loop is told: an event of the agent, or something that a person did. */
export type Signal =
  | Exclude<AgentEvent, { readonly type: 'request-asked' }>
  | (AgentEvent & { readonly type: 'request-asked'; readonly position: number })
  | { readonly type: 'stop' }
  | { readonly type: 'wake' };

/** One loop for each session with something to do: the queue's head is sent, followed and settled, then the next. */
export interface Sessions {
  /** The session's queue, or a prompt in it, has changed. */
  wake(session: number): void;
  /** Somebody stopped the prompt in flight. */
  stop(session: number): void;
  /** The prompt that runs now. */
  running(session: number): number | undefined;
  onEvent(event: AgentEvent): void;
  /** Takes up what a process before us left, then works until aborted. */
  run(signal: AbortSignal): Promise<void>;
}

export interface SessionDeps {
  readonly shard: Shard;
  readonly turns: Turns;
  readonly delivery: Delivery;
  readonly requests: Requests;
}

interface Loop {
  readonly id: number;
  readonly mailbox: Mailbox<Signal>;
  readonly course: Course;
  again: boolean;
}

interface State extends SessionDeps {
  readonly loops: Map<number, Loop>;
  readonly failure: PromiseWithResolvers<never>;
  readonly end: AbortController;
}

export function createSessions(deps: SessionDeps): Sessions {
  const state: State = {
    ...deps,
    loops: new Map(),
    failure: Promise.withResolvers<never>(),
    end: new AbortController(),
  };
  return {
    wake: (session) => wake(state, session),
    stop: (session) => state.loops.get(session)?.mailbox.push({ type: 'stop' }),
    running: (session) => state.loops.get(session)?.course.prompt,
    onEvent: (event) => dispatch(state, event),
    run: (signal) => run(state, signal),
  };
}

async function run(state: State, signal: AbortSignal): Promise<void> {
  const { shard, end, failure } = state;
  signal.addEventListener('abort', () => end.abort(), { once: true });
  const unfinished = await shard.store.prompts.unfinished(shard.lease.name);
  for (const session of new Set(unfinished.map((prompt) => prompt.session))) wake(state, session);
  const aborted = new Promise<void>((resolve) => {
    if (end.signal.aborted) resolve();
    else end.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([aborted, failure.promise]);
}

function wake(state: State, session: number): void {
  const known = state.loops.get(session);
  if (known !== undefined) {
    known.again = true;
    known.mailbox.push({ type: 'wake' });
    return;
  }
  const loop: Loop = {
    id: session,
    mailbox: createMailbox(),
    course: { session: undefined, prompt: undefined },
    again: false,
  };
  state.loops.set(session, loop);
  void drive(state, loop).catch(state.failure.reject);
}

async function drive(state: State, loop: Loop): Promise<void> {
  const { signal } = state.end;
  const tools = { ...state, mailbox: loop.mailbox, course: loop.course, signal };
  await recover(tools, loop.id);
  do {
    loop.again = false;
    while (!signal.aborted) {
      const open = await readQueue(state, loop.id);
      const head = open.find((prompt) => prompt.joins === undefined);
      if (head === undefined) break;
      await carry(tools, head);
    }
  } while (loop.again && !signal.aborted);
  state.loops.delete(loop.id);
}

/** Token events end here: one look-up, one reduction, and a mark that the thread has news. */
function dispatch(state: State, event: AgentEvent): void {
  for (const loop of state.loops.values()) {
    if (!('session' in event) || event.session === loop.course.session) tell(state, loop, event);
  }
}

function tell({ turns, delivery }: State, { course, mailbox }: Loop, event: AgentEvent): void {
  const one = course.prompt === undefined ? undefined : turns.get(course.prompt);
  // What a snapshot means is weighed before it becomes the turn.
  const changed =
    one !== undefined && event.type !== 'session-snapshot' && applyEvent(turns, one.prompt.id, event);
  if (changed) delivery.touch(one.thread, priority.progress);
  if (event.type === 'request-asked') {
    const turn = course.prompt === undefined ? undefined : turns.get(course.prompt)?.turn;
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
