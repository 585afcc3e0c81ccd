/**
 * Signs that we are at it: the line under a thread, or a pair of eyes at the message where there is no such line.
 * Slack takes the line away with every message of ours and after two minutes, so it is shown again while something in
 * the thread is live.
 */
import type { MessageId, OutboundMessage, ThreadAddress } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createRecent, type Recent } from '../../src/lib/recent.ts';
import type { Client } from './client.ts';
import { channelError, wordOf } from './failures.ts';
import { main } from './inbound.ts';

export interface Typing {
  /** Rejects with `ChannelError`. */
  heard(address: ThreadAddress, message: MessageId | undefined): Promise<void>;
  /** A message of ours shows this now. Never rejects. */
  shown(address: ThreadAddress, id: MessageId, message: ShownMessage): Promise<void>;
  /** A message of ours was taken away. Never rejects. */
  gone(address: ThreadAddress, id: MessageId): Promise<void>;
}

export type ShownMessage = Pick<OutboundMessage, 'kind' | 'live'>;

export interface TypingDeps {
  readonly client: Client;
  now: Clock['now'];
  /** A call failed. */
  called(error: unknown): void;
}

const lines = { none: '', works: 'is on it …', waits: 'waits for an answer …' } as const;
type Line = (typeof lines)[keyof typeof lines];
/** Slack shows the line for two minutes, milliseconds. */
const againMs = 90_000;
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
  readonly shownAt: number;
}

interface State extends TypingDeps {
  readonly threads: Recent<string, Thread>;
  hasLines: boolean;
  hasReactions: boolean;
}

export function createTyping(deps: TypingDeps): Typing {
  const state: State = { ...deps, threads: createRecent(mostThreads), hasLines: true, hasReactions: true };
  const shown: Typing['shown'] = async (address, id, message) => {
    try {
      await follow(state, address, id, message);
    } catch (error) {
      // It is a sign only; what it was beside is there.
      state.called(error);
    }
  };
  return {
    async heard(address, message) {
      try {
        const lined = await show(state, address, lines.works);
        if (!lined && message !== undefined) await react(state, address, message);
      } catch (error) {
        throw channelError(error);
      }
    },
    shown,
    gone: (address, id) => shown(address, id, { kind: 'text', live: false }),
  };
}

const keyOf = ({ channel, thread }: ThreadAddress) => `${channel}/${thread}`;

/** The line stands while something is live, and no longer. */
async function follow(
  state: State,
  address: ThreadAddress,
  id: MessageId,
  { kind, live: isLive }: ShownMessage,
): Promise<void> {
  const key = keyOf(address);
  const before = state.threads.get(key) ?? { live: [], line: lines.none, shownAt: 0 };
  const others = before.live.filter((one) => one.id !== id);
  const isNew = others.length === before.live.length;
  const live = isLive && kind !== 'notice' ? [...others, { id, kind }] : others;
  const line = lineOf(live);
  // A new message takes the line away.
  const stale = line !== lines.none && (isNew || state.now() - before.shownAt > againMs);
  const due = line !== before.line || stale;
  remember(state, key, { live, line, shownAt: due ? state.now() : before.shownAt });
  if (due) await show(state, address, line);
}

function lineOf(live: Thread['live']): Line {
  if (live.length === 0) return lines.none;
  return live.some(({ kind }) => kind === 'request') ? lines.waits : lines.works;
}

function remember({ threads }: State, key: string, thread: Thread): void {
  if (thread.live.length > 0) threads.set(key, thread);
  else threads.delete(key);
}

/** False: there is no such line here. */
async function show(state: State, { channel, thread }: ThreadAddress, status: Line): Promise<boolean> {
  if (!state.hasLines || thread === main) return false;
  try {
    await state.client.assistant.threads.setStatus({ channel_id: channel, thread_ts: thread, status });
    return true;
  } catch (error) {
    if (!without.has(wordOf(error) ?? '')) throw error;
    state.hasLines = false;
    return false;
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
