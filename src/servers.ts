import type { Config } from './config.ts';
import type { Clock } from './lib/clock.ts';
import type { ProcessLog } from './lib/log.ts';
import type { Service } from './lib/supervise.ts';
import { createAgent, type OpenCodeAgent } from './opencode/agent.ts';
import { createServerProcess } from './opencode/server.ts';

interface Parts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: ProcessLog;
}

/** An agent server by configuration: our own child, with the service that keeps it running, or somebody else's. */
export function connectServer(
  name: string,
  server: Config['servers'][string],
  { config, clock, log }: Parts,
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
    return { agent: createAgent({ ...common, endpoint: async () => endpoint }), services: [] };
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
    agent: createAgent({ ...common, endpoint }),
    services: [{ name: `child ${name}`, run: (signal) => child.run(signal) }],
  };
}
