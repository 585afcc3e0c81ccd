/** One server of the first dialect as an Agent. */
import type { AgentEvent, AgentStatus } from '../../core/agent.ts';
import type { AgentOptions, OpenCodeAgent } from '../dialect.ts';
import { type Endpoint, serverAddressOf } from '../endpoint.ts';
import { createCalls } from './calls.ts';
import { createServerConnection, runServerConnection, type ServerConnection } from './connection.ts';
import { createHistory } from './history.ts';
import { createLibrary } from './library.ts';
import { readOffers } from './offers.ts';
import type { Probe } from './probe.ts';
import { createSessionCalls } from './session-calls.ts';
import { noteJoined, snapshot, startTracking, stopTracking } from './tracking.ts';
import { createWorks } from './works.ts';

export function createV1Agent(options: AgentOptions): OpenCodeAgent {
  const current: { endpoint: Endpoint | undefined } = { endpoint: undefined };
  const calls = createCalls(() => current.endpoint, options.clock);
  const connection = createServerConnection({
    ...options,
    calls,
    endpoint: async (signal) => {
      const endpoint = await options.endpoint(signal);
      current.endpoint = endpoint;
      return endpoint;
    },
  });
  const { tracking } = connection;
  const { clock, log } = options;
  const sessionCalls = createSessionCalls({ calls, clock, log, defaults: connection.defaults });
  return {
    server: options.server,
    status: () => statusOf(options, connection),
    run: (onEvent: (event: AgentEvent) => void, signal) => runServerConnection(connection, onEvent, signal),
    track: (ref, from, { until, joined = [] } = {}) => {
      const span = { from, joined: [...joined], ...(until === undefined ? {} : { until }) };
      startTracking(tracking, { ref, span });
      void snapshot(tracking, ref.session);
    },
    expect: (ref, from) => startTracking(tracking, { ref, span: { from, joined: [] } }),
    untrack: (session) => stopTracking(tracking, session),
    disown(messages) {
      for (const message of messages) tracking.memory.lost.set(message, true);
    },
    refresh: (session) => snapshot(tracking, session),
    ...sessionCalls,
    prompt(call) {
      noteJoined(tracking, call);
      return sessionCalls.prompt(call);
    },
    library: createLibrary(calls, connection.defaults),
    history: createHistory(calls),
    works: createWorks(calls),
    offers: (directory) => readOffers(calls, directory, connection.defaults),
    address: () => serverAddressOf(current.endpoint),
    ignored: () => connection.memory.ignored,
  };
}

function statusOf({ server, failure }: AgentOptions, { state, probing }: ServerConnection): AgentStatus {
  const { connected, since, lost, modelless } = state;
  const probe = probing.latest();
  return {
    server,
    connected,
    since,
    version: probe?.version,
    gate: probe?.gate ?? 'unknown',
    unasked: probe?.unasked ?? [],
    modelless: connected && modelless,
    problem: connected ? probing.trouble() || problemOf(probe) : (failure?.() ?? lost),
  };
}

function problemOf(probe: Probe | undefined): string {
  return probe === undefined || probe.problem === '' ? '' : `${probe.problem} ${probe.fix}`;
}
