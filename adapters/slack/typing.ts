/**
 * Signs that we are at it: the state of Slack's own session, else the line under a thread, or a pair of eyes at the
 * message where there is neither.
 * Slack takes the line away with every message of ours and after two minutes, so it is shown again while something in
 * the thread is live.
 */
import type { HostLog, MessageId, OutboundMessage, ThreadAddress } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createRecent, type Recent } from '../../src/lib/recent.ts';
import { type AgentSessions, type AgentState, createAgentSessions } from './agent-sessions.ts';
import type { Client } from './client.ts';
import { channelError, wordOf } from './failures.ts';
import { main } from './inbound.ts';

export interface Typing {
  /** Rejects with `ChannelError`. */
  heard(address: ThreadAddress, message: MessageId | undefined): Promise<void>;
  /** A message of ours shows this now, by an edit or by its post. Never rejects. */
  shown(address: ThreadAddress, id: MessageId, message: ShownMessage, by: 'post' | 'edit'): Promise<void>;
  /** A message of ours was taken away. Never rejects. */
  gone(address: ThreadAddress, id: MessageId): Promise<void>;
  /** As `AgentSessions`. */
  entitle: AgentSessions['entitle'];
}

export type ShownMessage = Pick<OutboundMessage, 'kind' | 'live'>;

export interface TypingDeps {
  readonly client: Client;
  readonly log: HostLog;
  now: Clock['now'];
  /** A call failed. */
  called(error: unknown): void;
}

const lines = { none: '', works: 'is on it …', waits: 'waits for an answer …' } as const;
type Line = (typeof lines)[keyof typeof lines];
const states: Readonly<Record<Line, AgentState>> = {
  [lines.none]: 'active',
  [lines.works]: 'processing',
  [lines.waits]: 'suspended',
};
/** Slack shows the line for two minutes, and its own Stop for an hour, milliseconds. */
const againMs = { line: 90_000, session: 45 * 60_000, none: Number.POSITIVE_INFINITY } as const;
/** By what a thread shows it. */
type Sign = keyof typeof againMs;
const mostThreads = 1000;

/** A workspace or an app that does not have it says so once; then it is not asked again. */
const without = new Set([
  'missing_scope',
  'unknown_method',
  'not_allowed_token_type',
  'method_deprecated',
  'feature_not_enabled',
]);

interface Thread {
  /** What will change again. */
  readonly live: readonly { readonly id: MessageId; readonly kind: ShownMessage['kind'] }[];
  readonly line: Line;
  readonly sign: Sign;
  readonly shownAt: number;
}

interface State extends TypingDeps {
  readonly agentSessions: AgentSessions;
  readonly threads: Recent<string, Thread>;
  /** Threads whose sign we know, also where nothing in them is live any more. */
  readonly rested: Recent<string, true>;
  hasLines: boolean;
  hasReactions: boolean;
}

export function createTyping(deps: TypingDeps): Typing {
  const state: State = {
    ...deps,
    agentSessions: createAgentSessions(deps),
    threads: createRecent(mostThreads),
    rested: createRecent(mostThreads),
    hasLines: true,
    hasReactions: true,
  };
  const shown: Typing['shown'] = async (address, id, message, by) => {
    try {
      await follow(state, address, { id, by, ...message });
    } catch (error) {
      // It is a sign only; what it was beside is there.
      state.called(error);
    }
  };
  return {
    async heard(address, message) {
      try {
        // Of what was heard nobody knows yet whether it will run: a session would say so for an hour.
        const sign = await showLine(state, address, lines.works);
        if (sign === 'none' && message !== undefined) await react(state, address, message);
      } catch (error) {
        throw channelError(error);
      }
    },
    shown,
    entitle: state.agentSessions.entitle,
    gone: (address, id) => shown(address, id, { kind: 'text', live: false }, 'edit'),
  };
}

const keyOf = ({ channel, thread }: ThreadAddress) => `${channel}/${thread}`;

/** The line stands while something is live, and no longer. */
async function follow(
  state: State,
  address: ThreadAddress,
  { id, by, kind, live: isLive }: ShownMessage & { readonly id: MessageId; readonly by: 'post' | 'edit' },
): Promise<void> {
  const key = keyOf(address);
  const before = state.threads.get(key) ?? unseen;
  const others = before.live.filter((one) => one.id !== id);
  const isNew = others.length === before.live.length;
  const live = isLive && kind !== 'notice' ? [...others, { id, kind }] : others;
  const line = lineOf(live);
  // A new message takes the line away.
  const isCovered = isNew && before.sign !== 'session';
  const stale = line !== lines.none && (isCovered || state.now() - before.shownAt > againMs[before.sign]);
  // A process before us may have left a sign that it works.
  const isLeft = by === 'edit' && before === unseen && state.rested.get(key) === undefined;
  const due = line !== before.line || stale || isLeft;
  state.rested.set(key, true);
  remember(state, key, { ...before, live, line, shownAt: due ? state.now() : before.shownAt });
  if (!due) return;
  const sign = await show(state, address, line);
  const now = state.threads.get(key);
  if (now !== undefined) state.threads.set(key, { ...now, sign });
}

const unseen: Thread = { live: [], line: lines.none, sign: 'none', shownAt: 0 };

function lineOf(live: Thread['live']): Line {
  if (live.length === 0) return lines.none;
  return live.some(({ kind }) => kind === 'request') ? lines.waits : lines.works;
}

function remember({ threads }: State, key: string, thread: Thread): void {
  if (thread.live.length > 0) threads.set(key, thread);
  else threads.delete(key);
}

/** `none`: there is neither a session nor such a line here. */
async function show(state: State, address: ThreadAddress, status: Line): Promise<Sign> {
  return (await state.agentSessions.show(address, states[status]))
    ? 'session'
    : showLine(state, address, status);
}

async function showLine(
  state: State,
  { channel, thread }: ThreadAddress,
  status: Line,
): Promise<Exclude<Sign, 'session'>> {
  if (!state.hasLines || thread === main) return 'none';
  try {
    await state.client.assistant.threads.setStatus({ channel_id: channel, thread_ts: thread, status });
    return 'line';
  } catch (error) {
    if (!without.has(wordOf(error) ?? '')) throw error;
    state.hasLines = false;
    return 'none';
  }
}

async function react(state: State, { channel }: ThreadAddress, timestamp: MessageId): Promise<void> {
  if (!state.hasReactions) return;
  try {
    await state.client.reactions.add({ channel, timestamp, name: 'eyes' });
  } catch (error) {
    const word = wordOf(error) ?? '';
    if (word === 'already_reacted') return;
    if (!without.has(word)) throw error;
    state.hasReactions = false;
  }
}
