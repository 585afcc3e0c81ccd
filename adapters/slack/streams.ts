import type { InboundEvent, ThreadAddress } from '../../src/core/channel.ts';
import type { Client } from './client.ts';
import { isRateLimited, wordOf } from './failures.ts';
import { main, userOf } from './inbound.ts';

/**
 * Slack's own streams: text that is appended instead of edited. They are an ornament of the way by edits, never the
 * way itself: whatever is amiss, and at the end in any case, the stream is stopped and the message edited, which also
 * mends what was lost between two pieces.
 */
export interface Streams {
  /** Whoever spoke last in a thread is the one whom a stream there is for. */
  heard(event: InboundEvent, team: string): void;
  /** A message born as a stream, empty; undefined: none can be had here and now. Rejects where it is in doubt. */
  begin(address: ThreadAddress): Promise<string | undefined>;
  /** False: the stream cannot show this; it is to be stopped. Rejects where it is in doubt or has to wait. */
  grow(address: ThreadAddress, id: string, text: string): Promise<boolean>;
  isOpen(address: ThreadAddress, id: string): boolean;
  /** Makes it a message that can be edited, whether or not we began it. */
  stop(address: ThreadAddress, id: string): Promise<void>;
}

export interface StreamsDeps {
  readonly client: Client;
  now(): number;
}

/** Slack closes a stream after five minutes, however much is appended, milliseconds. */
const longestMs = 4 * 60_000;
/** Of the 20 starts and stops a minute that the workspace has; all other messages go by edits. */
const startsPerMinute = 8;
const mostListeners = 5000;

interface Listener {
  readonly user: string;
  readonly team: string;
}

interface Stream {
  readonly startedAt: number;
  readonly sent: string;
}

interface State extends StreamsDeps {
  readonly listeners: Map<string, Listener>;
  readonly open: Map<string, Stream>;
  /** Times of starts within the last minute, and of the next one after a refusal. */
  starts: readonly number[];
  notBefore: number;
}

export function createStreams(deps: StreamsDeps): Streams {
  const state: State = { ...deps, listeners: new Map(), open: new Map(), starts: [], notBefore: 0 };
  return {
    heard: (event, team) => heard(state, event, team),
    begin: (address) => begin(state, address),
    grow: (address, id, text) => grow(state, address, id, text),
    isOpen: ({ channel }, id) => state.open.has(keyOf(channel, id)),
    stop: (address, id) => stop(state, address, id),
  };
}

const keyOf = (channel: string, id: string) => `${channel}/${id}`;

function heard({ listeners }: State, { address, author, type }: InboundEvent, team: string): void {
  const key = keyOf(address.channel, address.thread);
  if (type !== 'message' || author.bot === true) return;
  listeners.delete(key);
  // Streams are not for guests, and of what workspace an outsider is we do not know.
  if (author.guest !== true && author.outside !== true) listeners.set(key, { user: userOf(author.id), team });
  for (const oldest of listeners.keys()) {
    if (listeners.size <= mostListeners) break;
    listeners.delete(oldest);
  }
}

async function begin(state: State, { channel, thread }: ThreadAddress): Promise<string | undefined> {
  const { client, listeners, open } = state;
  const now = state.now();
  const listener = listeners.get(keyOf(channel, thread));
  state.starts = state.starts.filter((at) => at > now - 60_000);
  for (const [key, { startedAt }] of open) if (now - startedAt > 2 * longestMs) open.delete(key);
  if (thread === main || listener === undefined) return undefined;
  if (now < state.notBefore || state.starts.length >= startsPerMinute) return undefined;
  state.starts = [...state.starts, now];
  try {
    const place = { channel, thread_ts: thread };
    const { user: recipient_user_id, team: recipient_team_id } = listener;
    const { ts } = await client.chat.startStream({ ...place, recipient_user_id, recipient_team_id });
    if (ts !== undefined) open.set(keyOf(channel, ts), { startedAt: now, sent: '' });
    return ts;
  } catch (error) {
    if (wordOf(error) === undefined && !isRateLimited(error)) throw error;
    // A definite no, which an app or a workspace without streams says each time.
    state.notBefore = now + (isRateLimited(error) ? 60_000 : longestMs);
    return undefined;
  }
}

async function grow(state: State, { channel }: ThreadAddress, id: string, text: string): Promise<boolean> {
  const { client, open } = state;
  const key = keyOf(channel, id);
  const stream = open.get(key);
  if (stream === undefined || state.now() - stream.startedAt > longestMs) return false;
  if (!text.startsWith(stream.sent)) return false;
  const piece = text.slice(stream.sent.length);
  if (piece === '') return true;
  try {
    await client.chat.appendStream({ channel, ts: id, markdown_text: piece });
    open.set(key, { ...stream, sent: text });
    return true;
  } catch (error) {
    if (isRateLimited(error)) throw error;
    // What it shows now is not known, or it is over: the next word on it is an edit.
    open.delete(key);
    if (wordOf(error) === undefined) throw error;
    return false;
  }
}

async function stop({ client, open }: State, { channel }: ThreadAddress, id: string): Promise<void> {
  try {
    await client.chat.stopStream({ channel, ts: id });
  } catch (error) {
    if (wordOf(error) !== 'message_not_in_streaming_state') throw error;
  }
  open.delete(keyOf(channel, id));
}
