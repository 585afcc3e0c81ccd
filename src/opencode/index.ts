/** OpenCode servers, by the dialect that they speak. The only file that knows the dialects. */
import type { Clock } from '../lib/clock.ts';
import type { AgentOptions, OpenCodeAgent, ServerInspection } from './dialect.ts';
import type { Endpoint } from './endpoint.ts';
import { createChild, type ServerProcess, type ServerProcessOptions } from './server.ts';
import { v1 } from './v1/dialect.ts';

/** A server, ours or somebody else's, as an Agent. */
export function createAgent(options: AgentOptions): OpenCodeAgent {
  return v1.createAgent(options);
}

/** Our own server, kept running. */
export function createServerProcess(options: ServerProcessOptions): ServerProcess {
  return createChild(options, v1.launch);
}

/** A server as `doctor` looks at it. */
export function inspectServer(
  endpoint: Endpoint,
  directories: readonly string[],
  clock: Clock,
): Promise<ServerInspection> {
  return v1.inspectServer(endpoint, directories, clock);
}
