/** Metrics for Prometheus: names, units and buckets in one place. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What the process counts about itself, in the text form that Prometheus reads. */
export interface Metrics {
  eventReceived(platform: string, type: string): void;
  /** One prompt sent: how long the agent server took to answer. */
  promptSent(server: string, ms: number): void;
  /** One call to a platform that showed something: `outcome` is `ok` or the reason of a ChannelError. */
  shown(platform: string, call: 'post' | 'edit' | 'remove', outcome: string): void;
  /** The platform told us to wait: a 429. */
  rateLimited(platform: string): void;
  /** Events of an agent server that meant nothing to us, counted since the start. */
  unknownAgentEvents(server: string, type: string, total: number): void;
  /** Events that are stored and not handled yet. */
  inboxSize(events: number): void;
  /** Statements sent to the database since the start. */
  statements(total: number): void;
  /** Called before each scrape, for values that are only looked up then. */
  beforeScrape(refresh: () => Promise<void>): void;
  scrape(): Promise<{ readonly text: string; readonly contentType: string }>;
}

/** Seconds; a prompt over 10 s is an outage and needs no finer grain. */
const sendingBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Each call makes a registry of its own, with the process's memory, CPU and event-loop lag in it. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const instruments = createInstruments(registry);
  const refreshes: (() => Promise<void>)[] = [];
  return {
    eventReceived: (platform, type) => instruments.events.inc({ platform, type }),
    promptSent: (server, ms) => instruments.sending.observe({ server }, ms / 1000),
    shown: (platform, call, outcome) => instruments.calls.inc({ platform, call, outcome }),
    rateLimited: (platform) => instruments.rateLimits.inc({ platform }),
    unknownAgentEvents: (server, type, total) => instruments.unknown.set({ server, type }, total),
    inboxSize: (events) => instruments.inbox.set(events),
    statements: (total) => instruments.statements.set(total),
    beforeScrape: (refresh) => refreshes.push(refresh),
    scrape: async () => {
      await Promise.all(refreshes.map((refresh) => refresh()));
      return { text: await registry.metrics(), contentType: registry.contentType };
    },
  };
}

function createInstruments(registry: Registry) {
  const registers = [registry];
  return {
    events: new Counter({
      name: 'dragoman_events_received_total',
      help: 'Inbound events stored, by platform and type.',
      labelNames: ['platform', 'type'],
      registers,
    }),
    sending: new Histogram({
      name: 'dragoman_prompt_sending_seconds',
      help: 'How long the agent server took to take a prompt.',
      labelNames: ['server'],
      buckets: sendingBuckets,
      registers,
    }),
    calls: new Counter({
      name: 'dragoman_platform_calls_total',
      help: 'Posts, edits and removals, by outcome.',
      labelNames: ['platform', 'call', 'outcome'],
      registers,
    }),
    rateLimits: new Counter({
      name: 'dragoman_rate_limited_total',
      help: 'Calls that a platform refused because of its rate limit.',
      labelNames: ['platform'],
      registers,
    }),
    unknown: new Gauge({
      name: 'dragoman_agent_events_unknown',
      help: 'Events of an agent server that meant nothing to the gateway, since the start.',
      labelNames: ['server', 'type'],
      registers,
    }),
    statements: new Gauge({
      name: 'dragoman_database_statements',
      help: 'Statements sent to the database since the start.',
      registers,
    }),
    inbox: new Gauge({
      name: 'dragoman_inbox_events',
      help: 'Events that are stored and not handled yet.',
      registers,
    }),
  };
}
