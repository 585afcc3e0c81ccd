/** Puts the process together: every loop that it runs, in one list. */
import { createHmac, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { concealingAdapter } from './app/concealed.ts';
import { meterAdapter } from './app/metered.ts';
import { peopleCommands } from './app/operator.ts';
import { type Platform, type Running, readinessOf, statusOf } from './app/running.ts';
import { connectServer } from './app/servers.ts';
import type { AppStatus } from './app/status.ts';
import type { Config } from './config.ts';
import type { Agent } from './core/agent.ts';
import type { ChannelAdapter, Host, ThreadAddress } from './core/channel.ts';
import { noProject } from './core/project.ts';
import { createGuard } from './gateway/access/guard.ts';
import { commands } from './gateway/commands/table.ts';
import { createIds } from './gateway/ids.ts';
import { createIntake, type Placing } from './gateway/inbound/intake.ts';
import { createSuggestions } from './gateway/inbound/suggestions.ts';
import { createPace } from './gateway/policy/pace.ts';
import { createServer } from './gateway/server.ts';
import type { Outlet, Settings } from './gateway/shard.ts';
import { systemClock } from './lib/clock.ts';
import { controlPath, serveControl } from './lib/control.ts';
import { createHttp, type Http } from './lib/http.ts';
import type { ProcessLog } from './lib/log.ts';
import { createMetrics, type Metrics } from './lib/metrics.ts';
import { addOperationRoutes } from './lib/operation.ts';
import { type Service, startAfter, supervise } from './lib/supervise.ts';
import { openStore } from './store/database.ts';
import type { Store } from './store/types.ts';

/** The whole gateway of one process. */
export interface App {
  /** Works until aborted, then drains. Throws `ConfigError` for what only the operator can mend. */
  run(signal: AbortSignal): Promise<void>;
  /** Answers from the start on. */
  status(): Promise<AppStatus>;
}

export type CreateApp = (config: Config, log: ProcessLog) => App;

/** Places without a project that are remembered. */
const mostUnlisted = 100;
/** Forgets old events this often, milliseconds. */
const pruneMs = 3_600_000;

/** The whole process, put together: the only place that knows every part. */
export const createApp: CreateApp = (config, log) => {
  const platforms = config.platforms.map(({ id }) => ({
    id,
    proof: undefined,
    problem: undefined,
    entrance: undefined,
  }));
  const running: Running = {
    startedAt: Date.now(),
    store: undefined,
    platforms,
    agents: [],
    unlisted: new Set(),
  };
  return {
    run: (signal) => run(config, log, running, signal),
    status: () => statusOf(running),
  };
};

async function run(config: Config, log: ProcessLog, running: Running, signal: AbortSignal): Promise<void> {
  const store = await openStore({ dataDir: config.data, log, ...databaseUrl(config) });
  running.store = store;
  try {
    await supervise(assemble(config, log, running, store), { signal, log, clock: systemClock });
  } finally {
    await store.close();
  }
}

function databaseUrl({ database: { url } }: Config): { readonly url?: string } {
  return url === undefined ? {} : { url: url.reveal() };
}

/** Every loop of the process. */
function assemble(config: Config, log: ProcessLog, running: Running, store: Store): readonly Service[] {
  const metrics = createMetrics();
  const http = createHttp({ host: config.http.host, port: config.http.port, log });
  addOperationRoutes(http.routes, {
    readiness: () => readinessOf(running),
    metrics,
    loopback: config.http.loopback,
    metricsToken: config.http.metricsToken?.reveal(),
    publicUrl: config.http.publicUrl,
  });
  metrics.beforeScrape(async () => {
    metrics.statements(store.statements());
    metrics.inboxSize((await store.counts()).inbox);
  });
  const servers = Object.entries(config.servers).map(([name, server]) =>
    connectServer(name, server, { config, clock: systemClock, log, metrics }),
  );
  running.agents.push(...servers.map(({ agent }) => agent));
  const outlets = new Map<string, Outlet>();
  const platforms = config.platforms.map((platform) =>
    platformService({ config, log, running, store, http, outlets, metrics }, platform),
  );
  const put = Promise.all(platforms.map(({ put }) => put));
  return [
    { name: 'http', run: (signal) => http.run(signal) },
    { name: 'control', run: (signal) => control({ config, log, running, store }, signal) },
    { name: 'housekeeping', run: (signal) => housekeeping(store, signal) },
    ...servers.flatMap(({ services }) => services),
    ...platforms.map(({ service }) => service),
    // To a server, a platform that is not there is switched off: it begins when each was put together, or failed.
    ...servers.map(({ agent }) => startAfter(put, serverOf({ config, log, store, outlets }, agent))),
  ];
}

type ControlParts = Pick<PlatformParts, 'config' | 'log' | 'running' | 'store'>;

function control({ config, log, running, store }: ControlParts, signal: AbortSignal): Promise<void> {
  const ids = createIds(config.secret.reveal());
  const people = peopleCommands({ store, ids, admins: config.admins, log });
  const commands = { ...people, status: () => statusOf(running) };
  return serveControl(controlPath(config.data), commands, { signal, log });
}

async function housekeeping(store: Store, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await store.inbox.prune();
    await store.reasons.prune();
    await store.pairings.prune();
    await systemClock.sleep(pruneMs, signal);
  }
}

interface ServerParts {
  readonly config: Config;
  readonly log: ProcessLog;
  readonly store: Store;
  readonly outlets: ReadonlyMap<string, Outlet>;
}

function serverOf({ config, log, store, outlets }: ServerParts, agent: Agent): Service {
  const settings: Settings = {
    ids: createIds(config.secret.reveal()),
    admins: config.admins,
    pieceWindowMs: config.pieceWindowMs,
    requestTimeoutMs: config.requestTimeoutMs,
    silenceMs: config.silenceMs,
    mostEmptyMessages: config.mostEmptyMessages,
    projects: config.projects,
    secrets: log.redactor,
  };
  const owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  return createServer({ agent, store, outlets, settings, clock: systemClock, log, owner });
}

interface PlatformParts {
  readonly config: Config;
  readonly log: ProcessLog;
  readonly running: Running;
  readonly store: Store;
  readonly http: Http;
  readonly outlets: Map<string, Outlet>;
  readonly metrics: Metrics;
}

/** `put`: resolves when its adapter was put together for the first time, or could not be. */
function platformService(
  parts: PlatformParts,
  platform: Config['platforms'][number],
): { readonly service: Service; readonly put: Promise<void> } {
  const { promise: put, resolve } = Promise.withResolvers<void>();
  const service: Service = {
    name: `platform ${platform.id}`,
    async run(signal) {
      const adapter = await putTogether(parts, platform).finally(resolve);
      await adapter.run(signal);
    },
  };
  return { service, put };
}

async function putTogether(
  parts: PlatformParts,
  platform: Config['platforms'][number],
): Promise<ChannelAdapter> {
  const { config, log, running, http, outlets, metrics } = parts;
  const publicUrl = config.http.publicUrl ?? (await http.listening).url;
  const entry = running.platforms.find(({ id }) => id === platform.id);
  if (entry === undefined) throw new Error(`the platform ${platform.id} is not listed`);
  const host = hostOf(parts, platform.id, entry);
  const made = await platform.create({ id: platform.id, publicUrl, host });
  const adapter = concealingAdapter(meterAdapter(made, metrics), log.redactor);
  entry.entrance = adapter.entrance?.();
  outlets.set(platform.id, {
    adapter,
    pace: createPace(adapter.capabilities.rates),
    streamed: new Map(),
  });
  return adapter;
}

function hostOf(parts: PlatformParts, platform: string, entry: Platform): Host {
  const { config, log, running, store, http, outlets, metrics } = parts;
  const receive = createIntake({
    store,
    place: placeOf(config),
    log,
    heard: ({ type }) => metrics.eventReceived(platform, type),
    unlisted: (address) => noteUnlisted(parts, address),
  });
  return {
    receive,
    documents: store.documents(platform),
    routes: http.routes,
    commands,
    suggest: createSuggestions({
      store,
      agents: running.agents,
      settings: config,
      commands,
      place: placeOf(config),
      now: () => systemClock.now(),
    }),
    admits: async (deed) => (await createGuard({ store, settings: config }).check(deed, 'answer')).allowed,
    spent: (address) => outlets.get(platform)?.pace.record(address, 'post', systemClock.now()),
    async channelMoved(from, to) {
      await store.openings.move(platform, from, to);
      await store.threads.moveChannel(platform, from, to);
    },
    alive: (proof) => Object.assign(entry, { proof, problem: undefined }),
    ailing(reason) {
      if (entry.problem !== reason) log.error({ platform, reason }, 'platform cannot be heard');
      entry.problem = reason;
    },
    secret: (purpose) => createHmac('sha256', config.secret.reveal()).update(`host:${purpose}`).digest('hex'),
    log: {
      debug: (fields, fact) => log.debug({ platform, ...fields }, fact),
      info: (fields, fact) => log.info({ platform, ...fields }, fact),
      warn: (fields, fact) => log.warn({ platform, ...fields }, fact),
    },
  };
}

/** Places without a project are told by whichever server comes first. */
function placeOf({ channels, projects, servers, defaultProject, verbosity }: Config): Placing {
  const [anyServer = ''] = Object.keys(servers);
  return ({ platform, channel }) => {
    const { project = defaultProject ?? noProject, listen } = channels[`${platform}:${channel}`] ?? {};
    const server = projects[project]?.server;
    const shown = { verbosity, ...(listen === undefined ? {} : { listen }) };
    return server === undefined
      ? { project: noProject, server: anyServer, ...shown }
      : { project, server, ...shown };
  };
}

/** The log tells of each place once, doctor and status of all. */
function noteUnlisted({ log, running }: PlatformParts, { platform, channel }: ThreadAddress): void {
  const place = `${platform}:${channel}`;
  if (running.unlisted.has(place) || running.unlisted.size >= mostUnlisted) return;
  running.unlisted.add(place);
  log.warn(
    { place },
    'an event came from a place without a project: "channels" in the configuration can list it',
  );
}
