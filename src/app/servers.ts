import type { Config } from '../config.ts';
import type { Chance, Clock } from '../lib/clock.ts';
import type { ProcessLog } from '../lib/log.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { Service } from '../lib/supervise.ts';
import type { OpenCodeAgent } from '../opencode/dialect.ts';
import { createAgent, createServerProcess } from '../opencode/index.ts';
import { meterAgent } from './metered.ts';

interface Parts {
  readonly config: Config;
  readonly clock: Clock & Chance;
  readonly log: ProcessLog;
  readonly metrics: Metrics;
}

/** An agent server by configuration: our own child, with the service that keeps it running, or somebody else's. */
export function connectServer(
  name: string,
  server: Config['servers'][string],
  { config, clock, log, metrics }: Parts,
): { readonly agent: OpenCodeAgent; readonly services: readonly Service[] } {
  const directories = Object.values(config.projects)
    .filter((project) => project.server === name)
    .map(({ directory }) => directory);
  const common = { server: name, directories, clock, log };
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
  const child = createServerProcess({
    dataDir: config.data,
    env: config.environment(),
    cwd: directories[0] ?? config.data,
    clock,
    log,
  });
  const endpoint = async (signal: AbortSignal) => {
    const known = await child.endpoint(signal);
    log.conceal(known.password);
    return known;
  };
  return {
    agent: meterAgent(createAgent({ ...common, endpoint }), metrics),
    services: [{ name: `child ${name}`, run: (signal) => child.run(signal) }],
  };
}
