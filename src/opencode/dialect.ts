/** What a dialect of the API brings: a folder beside this file, and a line in `index.ts`. */
import type { Agent, AgentStatus } from '../core/agent.ts';
import type { ServerName } from '../core/ids.ts';
import type { Chance, Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Endpoint } from './endpoint.ts';
import type { Launch } from './server.ts';

export interface Dialect {
  /** A server that speaks it. Nothing is called before `run`, and calls reject with AgentUnavailableError until then. */
  createAgent(options: AgentOptions): OpenCodeAgent;
  /** Rejects with AgentUnavailableError or AgentRefusedError; the latter also where the password is wrong. */
  inspectServer(endpoint: Endpoint, directories: readonly string[], clock: Clock): Promise<ServerInspection>;
  /** How our own server of it is started. */
  readonly launch: Launch;
}

export interface AgentOptions {
  /** Our name of the server. */
  readonly server: ServerName;
  /** Where it answers; waits where it is only just being started. Asked before each connect. */
  readonly endpoint: (signal: AbortSignal) => Promise<Endpoint>;
  /** A directory of ours that no worktree of a project may contain: agents may read all of one. */
  readonly keepOut?: string;
  /** Why it is not there, where whoever starts it knows. */
  readonly failure?: () => string | undefined;
  /** Those of `directories` whose prompts run with what the server takes by itself, for no model is named. */
  readonly needModel?: readonly string[];
  /** The projects on it: the gate is probed in each, absolute. */
  readonly directories: readonly string[];
  readonly clock: Clock & Chance;
  readonly log: Log;
}

export interface OpenCodeAgent extends Agent {
  /** Events that meant nothing to the gateway, by type. */
  ignored(): ReadonlyMap<string, number>;
}

/** A server as `doctor` looks at it: by calls that start no run and change nothing. */
export interface ServerInspection {
  readonly version: string;
  /** The one that this program was written with. */
  readonly pinned: string;
  readonly gate: AgentStatus['gate'];
  /** What runs without asking, each in words, with the agents that may. */
  readonly unasked: readonly string[];
  /** Where something is wrong, and what to do; `fix` also where something runs without asking. Else empty. */
  readonly problem: string;
  readonly fix: string;
  /** It is of the line that this dialect speaks; where not, only version, problem and fix say something. */
  readonly spoken: boolean;
  /** It lets in who brings no password. */
  readonly open: boolean;
  /** Agents that ask before each look at a file, so that every step waits for a person. */
  readonly hesitant: readonly string[];
  readonly directories: readonly DirectoryInspection[];
}

/** What the server offers in one directory. */
export interface DirectoryInspection {
  readonly directory: string;
  /** `provider/model` of those that the server has a key for, or that need none. */
  readonly models: readonly string[];
  readonly agents: readonly string[];
  /** What the server takes by itself. */
  readonly model: string | undefined;
}
