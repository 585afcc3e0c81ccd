/** One OpenCode server as an Agent. */
import type { Agent, AgentEvent, AgentStatus } from '../../core/agent.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { addressOf, type Endpoint } from '../endpoint.ts';
import type { StreamTimes } from '../stream.ts';
import { createCalls } from './calls.ts';
import { createCommands } from './commands.ts';
import { type Connection, createConnection, runConnection } from './connection.ts';
import { createHistory } from './history.ts';
import { createLibrary } from './library.ts';
import { readOffers } from './offers.ts';
import { remember } from './stream-memory.ts';
import { snapshot, startTracking, stopTracking } from './tracking.ts';
import { createWorks } from './works.ts';

interface AgentOptions {
  /** Our name of the server. */
  readonly server: string;
  /** Where it answers; waits where it is only just being started. Asked before each connect. */
  readonly endpoint: (signal: AbortSignal) => Promise<Endpoint>;
  /** The projects on it: the gate is probed in each, absolute. */
  readonly directories: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly times?: StreamTimes;
}

export interface OpenCodeAgent extends Agent {
  /** Events that meant nothing to the gateway, by type. */
  ignored(): ReadonlyMap<string, number>;
}

/** Nothing is called before `run`, and calls reject with AgentUnavailableError until then. */
export function createAgent(options: AgentOptions): OpenCodeAgent {
  const current: { endpoint: Endpoint | undefined } = { endpoint: undefined };
  const calls = createCalls(() => current.endpoint);
  const connection = createConnection({
    ...options,
    calls,
    endpoint: async (signal) => {
      const endpoint = await options.endpoint(signal);
      current.endpoint = endpoint;
      return endpoint;
    },
  });
  const { tracking } = connection;
  return {
    server: options.server,
    status: () => statusOf(options.server, connection),
    run: (onEvent: (event: AgentEvent) => void, signal) => runConnection(connection, onEvent, signal),
    track: (ref, from, until) => {
      startTracking(tracking, { ref, span: until === undefined ? { from } : { from, until } });
      void snapshot(tracking, ref.session);
    },
    expect: (ref, from) => startTracking(tracking, { ref, span: { from } }),
    untrack: (session) => stopTracking(tracking, session),
    disown(messages) {
      for (const message of messages) remember(tracking.known.lost, message, true);
    },
    refresh: (session) => snapshot(tracking, session),
    ...createCommands({ calls, clock: options.clock, log: options.log, defaults: connection.defaults }),
    library: createLibrary(calls, connection.defaults),
    history: createHistory(calls),
    works: createWorks(calls),
    offers: (directory) => readOffers(calls, directory, connection.defaults),
    address: () => addressOf(current.endpoint),
    ignored: () => connection.known.ignored,
  };
}

function statusOf(server: string, { state }: Connection): AgentStatus {
  const { connected, since, probe, lost } = state;
  return {
    server,
    connected,
    since,
    version: probe?.version,
    gate: probe?.gate ?? 'unknown',
    problem: connected ? (probe?.problem ?? '') : lost,
  };
}
