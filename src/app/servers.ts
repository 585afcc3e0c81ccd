/** Agent servers by configuration: how one of ours is started, and how any of them is connected. */
import { isLocal } from '../config/servers.ts';
import type { Config } from '../config.ts';
import type { Chance, Clock } from '../lib/clock.ts';
import type { ProcessLog } from '../lib/log.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { Service } from '../lib/supervise.ts';
import type { OpenCodeAgent } from '../opencode/dialect.ts';
import { createAgent, createServerProcess } from '../opencode/index.ts';
import type { ServerProcessOptions } from '../opencode/server.ts';
import { serverDirectory } from '../opencode/server-record.ts';
import { meterAgent } from './metered.ts';

interface Parts {
  readonly config: Config;
  readonly clock: Clock & Chance;
  readonly log: ProcessLog;
  readonly metrics: Metrics;
}

/** How a server of ours is started. */
export function ownServer(config: Config, name: string): Omit<ServerProcessOptions, 'clock' | 'log'> {
  const projects = projectsOn(config, name);
  return {
    dataDir: serverDirectory(config.data, name),
    env: config.environment(),
    cwd: projects[0]?.directory ?? config.data,
    models: projects.flatMap(({ model }) => (model === undefined ? [] : [model])),
    // All of one server are alike in this: the configuration refuses others.
    trustsProjects: projects.some(({ trustProjectConfig }) => trustProjectConfig),
  };
}

function projectsOn({ projects }: Config, name: string): readonly Config['projects'][string][] {
  return Object.values(projects).filter(({ server }) => server === name);
}

/** An agent server by configuration: our own child, with the service that keeps it running, or somebody else's. */
export function connectServer(
  name: string,
  server: Config['servers'][string],
  { config, clock, log, metrics }: Parts,
): { readonly agent: OpenCodeAgent; readonly services: readonly Service[] } {
  const projects = projectsOn(config, name);
  const directories = projects.map(({ directory }) => directory);
  const apart = isLocal(server) ? { keepOut: config.data } : {};
  const needModel = projects.filter(({ model }) => model === undefined).map(({ directory }) => directory);
  const common = { server: name, directories, needModel, clock, log, ...apart };
  if (server.kind === 'remote') {
    const endpoint = {
      url: server.url,
      username: server.username,
      password: server.password?.reveal() ?? '',
    };
    return {
      agent: meterAgent(createAgent({ ...common, endpoint: async () => endpoint }), metrics),
      services: [],
    };
  }
  const child = createServerProcess({ ...ownServer(config, name), clock, log });
  const endpoint = async (signal: AbortSignal) => {
    const known = await child.endpoint(signal);
    log.redactor.conceal(known.password);
    log.redactor.conceal(`${known.username}:${known.password}`);
    return known;
  };
  return {
    agent: meterAgent(createAgent({ ...common, endpoint, failure: () => child.failure() }), metrics),
    services: [{ name: `child ${name}`, run: (signal) => child.run(signal) }],
  };
}
