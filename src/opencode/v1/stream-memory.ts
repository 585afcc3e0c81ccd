/**
 * What the reader of a stream remembers between two events: whose session is whose, which runs are under way,
 * and the text of parts that are still growing. Nothing here outlives the stream but the lineage.
 */

import type { PermissionRequest as RawPermission } from '@opencode-ai/sdk/v2';
import type { AgentEvent } from '../../core/agent.ts';
import type { ServerMessageId, ServerSessionId } from '../../core/ids.ts';
import { createRecent, type Recent } from '../../lib/recent.ts';
import type { AskingCall } from './acts.ts';

export type Emit = (event: AgentEvent) => void;

/** A root session. */
export interface Run {
  /** Between the first sign of work and `session-settled`. */
  running: boolean;
  /** The server called it idle, but a message of it is not final yet. */
  ending: boolean;
  /** Assistant messages of the root session that are not final. */
  readonly open: Set<ServerMessageId>;
  title: string | undefined;
  compacting: boolean;
  /** What was said and whose parts are just arriving; told once they are all there. */
  pending: Utterance | undefined;
  /** The failure told last in this run: the server tells each twice, once with a stack. */
  failure: string;
}

/** What was said in a session, by whomever. */
export interface Utterance {
  readonly message: ServerMessageId;
  /** As a person reads it. */
  text: string;
  /** What only the model reads: a program says it. */
  hidden: string;
}

/** A text or reasoning part that was heard from its beginning and is not done. */
export interface Growing {
  readonly type: 'text' | 'reasoning';
  readonly message: ServerMessageId;
  text: string;
}

/** A permission that is asked for in a call whose input the stream has not told yet. */
export interface BlindRequest {
  readonly root: ServerSessionId;
  readonly directory: string;
  readonly raw: RawPermission;
}

export type MessageRole = 'assistant' | 'summary' | 'user';

export interface StreamMemory {
  /** Any session to its root; a root to itself. */
  readonly roots: Recent<ServerSessionId, ServerSessionId>;
  readonly runs: Recent<ServerSessionId, Run>;
  readonly messages: Recent<string, MessageRole>;
  readonly growing: Recent<string, Growing>;
  /** Calls of tools that run, by `callKey`. */
  readonly calls: Recent<string, AskingCall>;
  /** By the key of the call that asks. */
  readonly blind: Recent<string, BlindRequest>;
  /** What was said and is not answered yet, by message. */
  readonly said: Recent<string, Utterance>;
  /** Messages of which it was told that the agent answers them. */
  readonly answered: Recent<string, true>;
  /** Messages of runs that were lost: another run answers their prompts. */
  readonly lost: Recent<string, true>;
  /** Roots whose messages and parts are wanted. */
  readonly tracked: Set<ServerSessionId>;
  /** Events that mean nothing to the gateway, by type. */
  readonly ignored: Map<string, number>;
}

/** Far more than one server runs at a time; beyond it the oldest are forgotten. */
const mostEntries = 20_000;

export function createStreamMemory(): StreamMemory {
  return {
    roots: createRecent(mostEntries),
    runs: createRecent(mostEntries),
    messages: createRecent(mostEntries),
    growing: createRecent(mostEntries),
    calls: createRecent(mostEntries),
    blind: createRecent(mostEntries),
    said: createRecent(mostEntries),
    answered: createRecent(mostEntries),
    lost: createRecent(mostEntries),
    tracked: new Set(),
    ignored: new Map(),
  };
}

/** The stream is gone: what was growing may have grown unheard, and runs may have ended. */
export function forgetStream(memory: StreamMemory): void {
  memory.growing.clear();
  memory.calls.clear();
  memory.blind.clear();
  memory.runs.clear();
}

export function runOf(memory: StreamMemory, root: ServerSessionId): Run {
  const found = memory.runs.get(root);
  if (found !== undefined) return found;
  const run: Run = {
    running: false,
    ending: false,
    open: new Set(),
    title: undefined,
    compacting: false,
    pending: undefined,
    failure: '',
  };
  memory.runs.set(root, run);
  return run;
}

export function count(memory: StreamMemory, type: string): void {
  memory.ignored.set(type, (memory.ignored.get(type) ?? 0) + 1);
}

/** Learns whose child a session is; true where its root is now known. */
export function learn(
  memory: StreamMemory,
  session: ServerSessionId,
  parent: ServerSessionId | undefined,
): boolean {
  const root = parent === undefined ? session : memory.roots.get(parent);
  if (root === undefined) return false;
  if (memory.roots.get(session) !== root) memory.roots.set(session, root);
  return true;
}
