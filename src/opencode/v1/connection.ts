/** The stream of one server, and what is done each time it opens. */
import type { AgentEvent } from '../../core/agent.ts';
import { type ServerName, type ServerSessionId, serverSessionId } from '../../core/ids.ts';
import type { Chance, Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Endpoint } from '../endpoint.ts';
import { readStream } from '../stream.ts';
import type { Calls } from './calls.ts';
import { type Defaults, readDefaults } from './defaults.ts';
import { createEventFeed, type EventFeed } from './feed.ts';
import { eventFrames, type Heard } from './frames.ts';
import { type LaterServer, laterServer } from './generation.ts';
import { createProbing, type Probing } from './probing.ts';
import { settleRun } from './run-state.ts';
import { createSentinel, type Sentinel } from './sentinel.ts';
import { createStreamMemory, forgetStream, learn, runOf, type StreamMemory } from './stream-memory.ts';
import { awaitCall, catchUp, createTracking, lastMessageMs, snapshot, type Tracking } from './tracking.ts';

interface ConnectionDeps {
  readonly server: ServerName;
  readonly endpoint: (signal: AbortSignal) => Promise<Endpoint>;
  readonly directories: readonly string[];
  readonly keepOut?: string;
  readonly needModel?: readonly string[];
  readonly calls: Calls;
  readonly clock: Clock & Chance;
  readonly log: Log;
}

interface ConnectionState {
  connected: boolean;
  since: number;
  lost: string;
  modelless: boolean;
  onEvent: (event: AgentEvent) => void;
  /** What no further try mends. */
  fatal: PromiseWithResolvers<never>;
  /** Aborts what belongs to the open stream. */
  open: AbortController | undefined;
  sentinel: Sentinel | undefined;
}

export interface ServerConnection extends ConnectionDeps {
  readonly memory: StreamMemory;
  readonly feed: EventFeed;
  readonly tracking: Tracking;
  readonly probing: Probing;
  readonly state: ConnectionState;
  /** The server's own agent and model in a directory, read once for each connection. */
  readonly defaults: (directory: string) => Promise<Defaults>;
  readonly read: Map<string, Promise<Defaults>>;
}

/** An endpoint that is known is told at once. */
const firstLookMs = 1_000;

const noListener = () => {};

export function createServerConnection(deps: ConnectionDeps): ServerConnection {
  const memory = createStreamMemory();
  const state: ConnectionState = {
    connected: false,
    since: deps.clock.now(),
    lost: 'The agent server has not answered yet.',
    modelless: false,
    onEvent: noListener,
    fatal: Promise.withResolvers(),
    open: undefined,
    sentinel: undefined,
  };
  const emit = (event: AgentEvent) => state.onEvent(event);
  const feed = createEventFeed({
    memory,
    emit,
    resolve: (ref) => resolveRoot(deps, memory, ref.session, ref.directory),
    awaitEnd: (root) => void awaitEnd(connection, root),
    awaitCall: (root) => void awaitCall(connection.tracking, root),
    disposed: (directory) => disposed(connection, directory),
    overflown: (root) => void snapshot(connection.tracking, root),
  });
  const read = new Map<string, Promise<Defaults>>();
  const tracking = createTracking({ ...deps, memory, feed });
  const connection: ServerConnection = {
    ...deps,
    memory,
    feed,
    tracking,
    probing: createProbing(deps),
    state,
    read,
    defaults: (directory) => defaultsOf(deps, read, directory),
  };
  return connection;
}

export async function runServerConnection(
  connection: ServerConnection,
  onEvent: (event: AgentEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { clock, endpoint, state, feed } = connection;
  state.onEvent = onEvent;
  state.fatal = Promise.withResolvers();
  const listener = {
    opened: (target: Endpoint) => opened(connection, target),
    event: ({ directory, payload }: Heard) => {
      connection.probing.hears(payload);
      if (state.sentinel?.catches(payload) !== true) feed.receive(directory, payload);
    },
    lost: (reason: string) => lost(connection, reason),
    garbled: (reason: string) => {
      connection.log.warn({ server: connection.server, reason }, 'a frame of the event stream was skipped');
    },
  };
  try {
    const end = new AbortController();
    const either = AbortSignal.any([signal, end.signal]);
    const reading = readStream({ format: eventFrames, endpoint, clock, listener }, either);
    await Promise.race([reading, state.fatal.promise]).finally(() => end.abort());
  } finally {
    state.onEvent = noListener;
    if (state.connected) lost(connection, 'the gateway stops');
  }
}

function opened(connection: ServerConnection, endpoint: Endpoint): void {
  const { state, clock, log, server, tracking, read } = connection;
  const open = new AbortController();
  state.open = open;
  state.connected = true;
  state.since = clock.now();
  read.clear();
  log.info({ server }, 'the event stream opened');
  state.onEvent({ type: 'stream-opened' });
  const sentinel = createSentinel(connection.calls, clock, log);
  state.sentinel = sentinel;
  void catchUp(tracking, open.signal, sentinel.confirm(open.signal));
  void look(connection, endpoint, open.signal);
}

/** Whether the gate gates, and with which agent and model prompts run. */
async function look(connection: ServerConnection, endpoint: Endpoint, signal: AbortSignal): Promise<void> {
  const { directories, probing, state } = connection;
  const found = async () => {
    const own = await Promise.all(directories.map((directory) => connection.defaults(directory)));
    const without = directories.filter((_, at) => own[at]?.model === undefined);
    const modelless = without.some((directory) => connection.needModel?.includes(directory));
    if (modelless && !state.modelless)
      connection.log.warn({ server: connection.server }, 'no model is set up on the agent server');
    state.modelless = modelless;
  };
  try {
    await probing.keepLooking(endpoint, found, signal);
  } catch (error) {
    state.fatal.reject(error);
  }
}

/** One that never opens its stream may be of a later line. */
async function tellLater({ endpoint, clock, log, server, state }: ServerConnection): Promise<void> {
  let later: LaterServer | undefined;
  try {
    later = await laterServer(await endpoint(AbortSignal.timeout(firstLookMs)), clock);
  } catch (error) {
    log.debug({ error, server }, 'the agent server is still being started');
  }
  if (later === undefined || state.connected) return;
  const told = `${later.problem} ${later.fix}`;
  if (state.lost !== told)
    log.error({ server, version: later.version }, 'the agent server is of a later line');
  state.lost = told;
}

function lost(connection: ServerConnection, reason: string): void {
  const { state, clock, log, server, feed, memory } = connection;
  state.lost = `The agent server does not answer: ${reason}.`;
  if (!state.connected) {
    log.debug({ server, reason }, 'the event stream did not open');
    void tellLater(connection);
    return;
  }
  state.connected = false;
  state.since = clock.now();
  state.open?.abort();
  feed.clear();
  forgetStream(memory);
  log.warn({ server, reason }, 'the event stream was lost');
  state.onEvent({ type: 'stream-lost', reason });
}

function defaultsOf(
  deps: ConnectionDeps,
  read: Map<string, Promise<Defaults>>,
  directory: string,
): Promise<Defaults> {
  const found = read.get(directory);
  if (found !== undefined) return found;
  const reading = readDefaults(deps.calls, directory).then(
    (defaults) => {
      // A person may set a model up at any moment: without one the server is asked again each time.
      if (defaults.model === undefined) read.delete(directory);
      return defaults;
    },
    (error: unknown) => {
      read.delete(directory);
      throw error;
    },
  );
  read.set(directory, reading);
  return reading;
}

/** Follows the parents of a session that the stream did not tell of. */
async function resolveRoot(
  deps: ConnectionDeps,
  memory: StreamMemory,
  session: ServerSessionId,
  directory: string,
): Promise<boolean> {
  try {
    const info = await deps.calls('read a session', (client, options) =>
      client.session.get({ sessionID: session, directory }, options),
    );
    const parent = info.parentID === undefined ? undefined : serverSessionId(info.parentID);
    if (parent !== undefined && memory.roots.get(parent) === undefined)
      await resolveRoot(deps, memory, parent, directory);
    return learn(memory, session, parent);
  } catch (error) {
    deps.log.debug({ error, session }, 'a session could not be read');
    return false;
  }
}

/** The last message of a run that ended should be final by now; if not, the server is asked. */
async function awaitEnd(connection: ServerConnection, root: ServerSessionId): Promise<void> {
  const { clock, memory, tracking, state } = connection;
  const open = state.open;
  await clock.sleep(lastMessageMs, open?.signal);
  const run = runOf(memory, root);
  if (!run.ending || open === undefined || open.signal.aborted) return;
  await snapshot(tracking, root);
  if (run.ending && !open.signal.aborted) settleRun(run, root, state.onEvent);
}

/** The server let go of a directory: runs and requests there are gone, and its configuration may be another. */
function disposed(connection: ServerConnection, directory: string): void {
  const { read, tracking, probing, log, server } = connection;
  log.warn({ server, directory }, 'the agent server let go of a directory');
  read.clear();
  for (const [root, { ref }] of tracking.sessions) {
    if (directory === '' || ref.directory === directory) void snapshot(tracking, root);
  }
  probing.hint();
}
