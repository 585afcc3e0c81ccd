/** Snapshots of the sessions that the gateway follows. */
import type { AgentEvent, PromptCall, SessionRef } from '../../core/agent.ts';
import { AgentUnavailableError } from '../../core/errors.ts';
import type { ServerMessageId, ServerSessionId } from '../../core/ids.ts';
import type { Chance, Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { backoff } from '../../lib/retry.ts';
import { cleanSentence } from '../sentence.ts';
import { type Calls, refusalStatus } from './calls.ts';
import type { EventFeed } from './feed.ts';
import { callMs, isBlind } from './joins.ts';
import {
  adopt,
  fetchSession,
  isUntold,
  looseEnd,
  type RawSession,
  type Span,
  snapshotOf,
} from './snapshot.ts';
import type { StreamMemory } from './stream-memory.ts';

/** After an abort the last message becomes final 25 to 300 ms after the session rests (measured). */
export const lastMessageMs = 1_000;
/** From a stored prompt to a busy session it takes 30 to 60 ms (measured). */
const busyMs = 250;
/** Sessions, after a reconnect. */
const mostReadsAtOnce = 4;
const firstRetryMs = 500;
const longestRetryMs = 10_000;

export interface Tracked {
  readonly ref: SessionRef;
  readonly span: Span & { readonly joined: ServerMessageId[] };
}

interface TrackingDeps {
  readonly calls: Calls;
  readonly memory: StreamMemory;
  readonly feed: EventFeed;
  readonly clock: Clock & Chance;
  readonly log: Log;
}

export interface Tracking extends TrackingDeps {
  readonly sessions: Map<ServerSessionId, Tracked>;
  /** Snapshots under way, by root; `again`: a further one was asked for meanwhile. */
  readonly running: Map<ServerSessionId, { done: Promise<void>; again: boolean }>;
  /** Aborted when the stream is lost: what is under way then is of no use. Undefined: not connected. */
  connection: AbortSignal | undefined;
}

export function createTracking(deps: TrackingDeps): Tracking {
  return { ...deps, sessions: new Map(), running: new Map(), connection: undefined };
}

export function startTracking(tracking: Tracking, tracked: Tracked): void {
  const root = tracked.ref.session;
  tracking.sessions.set(root, tracked);
  tracking.memory.tracked.add(root);
  tracking.memory.roots.set(root, root);
}

/** A prompt that is sent while another is tracked goes into the run of that one. */
export function noteJoined({ sessions }: Tracking, { ref, messageId }: PromptCall): void {
  const span = sessions.get(ref.session)?.span;
  if (span !== undefined && span.from !== messageId) span.joined.push(messageId);
}

export function stopTracking(tracking: Tracking, root: ServerSessionId): void {
  tracking.sessions.delete(root);
  tracking.memory.tracked.delete(root);
  // A snapshot under way lets go of its events itself.
  if (!tracking.running.has(root)) tracking.feed.release(root, []);
}

/** The call that asks comes some milliseconds after its request; if it does not, the server is asked for it. */
export async function awaitCall(tracking: Tracking, root: ServerSessionId): Promise<void> {
  const { clock, memory, connection } = tracking;
  await clock.sleep(callMs, connection);
  if (connection?.aborted === false && isBlind(memory, root)) await snapshot(tracking, root);
}

/** Resolves when a snapshot that was begun after this call has been told, or the stream was lost. */
export function snapshot(tracking: Tracking, root: ServerSessionId): Promise<void> {
  const under = tracking.running.get(root);
  if (under !== undefined) {
    under.again = true;
    return under.done;
  }
  const entry = { done: Promise.resolve(), again: false };
  tracking.running.set(root, entry);
  entry.done = repeat(tracking, root, entry).finally(() => {
    if (tracking.running.get(root) === entry) tracking.running.delete(root);
  });
  return entry.done;
}

async function repeat(tracking: Tracking, root: ServerSessionId, entry: { again: boolean }): Promise<void> {
  const { connection } = tracking;
  do {
    entry.again = false;
    await once(tracking, root);
  } while (entry.again && tracking.connection === connection && connection?.aborted === false);
}

async function once(tracking: Tracking, root: ServerSessionId): Promise<void> {
  const tracked = tracking.sessions.get(root);
  const connection = tracking.connection;
  if (tracked === undefined || connection === undefined) return;
  tracking.feed.hold(root);
  const raw = await read(tracking, tracked, connection);
  // The stream was lost meanwhile: the next one begins with a snapshot of its own.
  if (connection.aborted) return;
  // Nobody wants it any more, or from another prompt on: then it is read again.
  if (raw === undefined || tracking.sessions.get(root) !== tracked) {
    tracking.feed.release(root, []);
    return;
  }
  const told = tellSnapshot(tracking.memory, raw, tracked);
  adopt(tracking.memory, raw, root);
  tracking.feed.release(root, told);
}

function tellSnapshot(memory: StreamMemory, raw: RawSession, { ref, span }: Tracked): readonly AgentEvent[] {
  const session = ref.session;
  const event: AgentEvent = {
    type: 'session-snapshot',
    session,
    snapshot: snapshotOf(memory, raw, ref, span),
  };
  const status = raw.statuses[session];
  if (status?.type !== 'retry') return [event];
  const { attempt, next, message } = status;
  return [event, { type: 'session-retrying', session, attempt, next, message: cleanSentence(message) }];
}

const gone: RawSession = { statuses: {}, permissions: [], questions: [], messages: [], children: [] };

/** Asks until the server answers or the stream is lost. Undefined: the server will not answer this. */
async function read(
  tracking: Tracking,
  tracked: Tracked,
  connection: AbortSignal,
): Promise<RawSession | undefined> {
  const { clock, log } = tracking;
  for (let attempt = 0; !connection.aborted; attempt += 1) {
    try {
      return await readWhole(tracking, tracked, connection);
    } catch (error) {
      if (refusalStatus(error) === 404) return gone;
      log.warn({ error, session: tracked.ref.session }, 'a snapshot failed');
      if (!(error instanceof AgentUnavailableError)) return undefined;
      await clock.sleep(
        backoff(attempt + 1, clock.random(), { firstMs: firstRetryMs, longestMs: longestRetryMs }),
        connection,
      );
    }
  }
  return undefined;
}

/**
 * The status is read before the messages, so that a run that just began or just ended looks torn: read again at
 * once, and once more after a pause where that did not help.
 */
async function readWhole(
  tracking: Tracking,
  { ref, span }: Tracked,
  connection: AbortSignal,
): Promise<RawSession> {
  const { calls, clock } = tracking;
  const first = await fetchSession(calls, ref, span);
  if (looseEnd(first, ref.session) === undefined && !isUntold(first)) return first;
  const second = await fetchSession(calls, ref, span);
  const end = looseEnd(second, ref.session);
  if (end === undefined && !isUntold(second)) return second;
  await clock.sleep(end === 'unfinished' ? lastMessageMs : busyMs, connection);
  return fetchSession(calls, ref, span);
}

/**
 * After (re)connecting: all tracked sessions hold at once, and are read, a few at a time, once the stream is known
 * to hear.
 */
export async function catchUp(
  tracking: Tracking,
  connection: AbortSignal,
  hears: Promise<void>,
): Promise<void> {
  tracking.connection = undefined;
  // What an earlier connection had under way ends by itself and tells nothing.
  tracking.running.clear();
  for (const root of tracking.sessions.keys()) tracking.feed.hold(root);
  await hears;
  if (connection.aborted) return;
  tracking.connection = connection;
  const queue = [...tracking.sessions.keys()].values();
  const worker = async () => {
    for (const root of queue) await snapshot(tracking, root);
  };
  await Promise.all(Array.from({ length: mostReadsAtOnce }, worker));
}
