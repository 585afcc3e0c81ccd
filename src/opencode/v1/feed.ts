/**
 * From raw events to AgentEvents in order: events of a session wait while a snapshot of it is being fetched, and
 * while it is not known whose child it is.
 */
import type { AgentEvent, SessionRef } from '../../core/agent.ts';
import type { ServerSessionId } from '../../core/ids.ts';
import { type Aftermath, lineageOf, normalize, type Payload, sessionOf } from './events.ts';
import { count, type Emit, type StreamMemory } from './stream-memory.ts';

interface Held {
  readonly directory: string;
  readonly payload: Payload;
}

/** Events that wait for one snapshot: some 4 MB. More means that the server answers too slowly to wait for. */
const mostHeldEvents = 20_000;

interface EventFeedDeps {
  readonly memory: StreamMemory;
  readonly emit: Emit;
  /** Learns the root of a session that the stream did not tell of; false where there is none. */
  readonly resolve: (session: SessionRef) => Promise<boolean>;
  /** The session is idle, but its last message is not final. */
  readonly awaitEnd: (root: ServerSessionId) => void;
  /** A permission of this root is asked for in a call that the stream has not told. */
  readonly awaitCall: (root: ServerSessionId) => void;
  /** The server let go of a directory (of all, if empty): its requests and runs are gone. */
  readonly disposed: (directory: string) => void;
  /** Events that waited were dropped: a further snapshot is needed. */
  readonly overflown: (root: ServerSessionId) => void;
}

export interface EventFeed {
  receive(directory: string, payload: Payload): void;
  /** From now on events of this root wait. */
  hold(root: ServerSessionId): void;
  /** Emits what the snapshot says, then what waited. */
  release(root: ServerSessionId, first: readonly AgentEvent[]): void;
  /** The stream is gone, and with it everything that waited. */
  clear(): void;
}

interface FeedState extends EventFeedDeps {
  readonly holds: Map<ServerSessionId, Held[]>;
  /** By session, not by root. */
  readonly strangers: Map<ServerSessionId, Held[]>;
}

export function createEventFeed(deps: EventFeedDeps): EventFeed {
  const state: FeedState = { ...deps, holds: new Map(), strangers: new Map() };
  return {
    receive: (directory, payload) => receive(state, directory, payload),
    hold: (root) => {
      if (!state.holds.has(root)) state.holds.set(root, []);
    },
    release: (root, first) => {
      const held = state.holds.get(root) ?? [];
      state.holds.delete(root);
      for (const event of first) state.emit(event);
      for (const { directory, payload } of held) deliver(state, root, directory, payload);
    },
    clear: () => {
      state.holds.clear();
      state.strangers.clear();
    },
  };
}

function receive(state: FeedState, directory: string, payload: Payload): void {
  const session = sessionOf(payload);
  if (session === undefined) {
    ofServer(state, payload);
    return;
  }
  lineageOf(state.memory, payload);
  const root = state.memory.roots.get(session);
  if (root === undefined) {
    wait(state, { session, directory }, payload);
    return;
  }
  const held = state.holds.size === 0 ? undefined : state.holds.get(root);
  if (held === undefined) deliver(state, root, directory, payload);
  else keep(state, root, held, { directory, payload });
}

function ofServer(state: FeedState, payload: Payload): void {
  if (payload.type === 'server.instance.disposed') state.disposed(payload.properties.directory);
  else if (payload.type === 'global.disposed') state.disposed('');
  else count(state.memory, payload.type);
}

function keep(state: FeedState, root: ServerSessionId, held: Held[], event: Held): void {
  if (held.push(event) <= mostHeldEvents) return;
  held.length = 0;
  state.overflown(root);
}

function deliver(state: FeedState, root: ServerSessionId, directory: string, payload: Payload): void {
  const aftermath: Aftermath = normalize(state.memory, root, directory, payload, state.emit);
  if (aftermath === 'await-end') state.awaitEnd(root);
  if (aftermath === 'await-call') state.awaitCall(root);
}

/** Asks once whose session it is; its events wait for the answer. */
function wait(state: FeedState, ref: SessionRef, payload: Payload): void {
  const { strangers } = state;
  const waiting = strangers.get(ref.session);
  if (waiting !== undefined) {
    if (waiting.length < mostHeldEvents) waiting.push({ directory: ref.directory, payload });
    return;
  }
  const held: Held[] = [{ directory: ref.directory, payload }];
  strangers.set(ref.session, held);
  void state.resolve(ref).then((found) => {
    // Another stream has begun since.
    if (strangers.get(ref.session) !== held) return;
    strangers.delete(ref.session);
    if (!found) return;
    for (const event of held) receive(state, event.directory, event.payload);
  });
}
