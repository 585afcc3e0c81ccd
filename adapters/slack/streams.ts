/**
 * Slack's own streams: text that is appended instead of edited. They are an ornament of the way by edits, never the
 * way itself: whatever is amiss, and at the end in any case, the stream is stopped and the message edited, which also
 * mends what was lost between two pieces.
 */
import type { InboundEvent, ThreadAddress } from '../../src/core/channel.ts';
import { createRecent, type Recent } from '../../src/lib/recent.ts';
import type { Client } from './client.ts';
import { isInDoubt, isRateLimited, wordOf } from './failures.ts';
import { main, userOf } from './inbound.ts';
import { metadataOf } from './metadata.ts';
import type { StreamStarts } from './stream-starts.ts';

export interface Streams {
  /** Whoever spoke last in a thread is the one whom a stream there is for. */
  heard(event: InboundEvent, team: string): void;
  /**
   * A message born as a stream, empty; undefined: none can be had here and now. A start in doubt is looked up at once,
   * and what comes of it grows by edits. Rejects where that cannot be found out either.
   */
  begin(address: ThreadAddress, key: string): Promise<string | undefined>;
  /** False: the stream cannot show this; it is to be stopped. Rejects where it is in doubt or has to wait. */
  grow(address: ThreadAddress, id: string, text: string): Promise<boolean>;
  isOpen(address: ThreadAddress, id: string): boolean;
  /** Makes it a message that can be edited, whether or not we began it. */
  stop(address: ThreadAddress, id: string): Promise<void>;
}

export interface StreamsDeps {
  readonly client: Client;
  readonly streamStarts: StreamStarts;
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
  /** Of the post that it is. */
  readonly key: string;
  readonly startedAt: number;
  readonly sent: string;
}

interface State extends StreamsDeps {
  readonly listeners: Recent<string, Listener>;
  readonly open: Map<string, Stream>;
  /** Times of starts within the last minute, and of the next one after a refusal. */
  starts: readonly number[];
  notBefore: number;
}

export function createStreams(deps: StreamsDeps): Streams {
  const state: State = {
    ...deps,
    listeners: createRecent(mostListeners),
    open: new Map(),
    starts: [],
    notBefore: 0,
  };
  return {
    heard: (event, team) => heard(state, event, team),
    begin: (address, key) => begin(state, address, key),
    grow: (address, id, text) => grow(state, address, id, text),
    isOpen: ({ channel }, id) => state.open.has(keyOf(channel, id)),
    stop: (address, id) => stop(state, address, id),
  };
}

const keyOf = (channel: string, id: string) => `${channel}/${id}`;

function heard({ listeners }: State, { address, author, type }: InboundEvent, team: string): void {
  const key = keyOf(address.channel, address.thread);
  if (type !== 'message' || author.bot === true) return;
  // Streams are not for guests, and of what workspace an outsider is we do not know.
  if (author.guest === true || author.outside === true) listeners.delete(key);
  else listeners.set(key, { user: userOf(author.id), team });
}

async function begin(state: State, address: ThreadAddress, key: string): Promise<string | undefined> {
  const { streamStarts } = state;
  const listener = listenerOf(state, address);
  if (listener === undefined) return undefined;
  const now = state.now();
  state.starts = [...state.starts, now];
  await streamStarts.intend(key, address);
  const id = await started(state, address, listener);
  if (id === 'in doubt') return streamStarts.find(address, key);
  await streamStarts.settle(key, id);
  if (id !== undefined) state.open.set(keyOf(address.channel, id), { key, startedAt: now, sent: '' });
  return id;
}

/** Whom a stream there would be for; undefined: none can be had here and now. */
function listenerOf(state: State, { channel, thread }: ThreadAddress): Listener | undefined {
  const now = state.now();
  state.starts = state.starts.filter((at) => at > now - 60_000);
  for (const [key, { startedAt }] of state.open) if (now - startedAt > 2 * longestMs) state.open.delete(key);
  if (thread === main || now < state.notBefore || state.starts.length >= startsPerMinute) return undefined;
  return state.listeners.get(keyOf(channel, thread));
}

async function started(
  state: State,
  { channel, thread }: ThreadAddress,
  { user, team }: Listener,
): Promise<string | 'in doubt' | undefined> {
  try {
    const { ts } = await state.client.chat.startStream({
      channel,
      thread_ts: thread,
      recipient_user_id: user,
      recipient_team_id: team,
    });
    return ts;
  } catch (error) {
    // One doubt is enough: what follows goes by posts and edits, so no text waits for a second one.
    if (isInDoubt(error)) {
      state.notBefore = state.now() + longestMs;
      return 'in doubt';
    }
    // A definite no, which an app or a workspace without streams says each time.
    state.notBefore = state.now() + (isRateLimited(error) ? 60_000 : longestMs);
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

/** From then on it bears the metadata of its post, as every other message does. */
async function stop({ client, open }: State, { channel }: ThreadAddress, id: string): Promise<void> {
  const key = open.get(keyOf(channel, id))?.key;
  const marked = key === undefined ? {} : { metadata: metadataOf(key) };
  try {
    await client.chat.stopStream({ channel, ts: id, ...marked });
  } catch (error) {
    if (wordOf(error) !== 'message_not_in_streaming_state') throw error;
  }
  open.delete(keyOf(channel, id));
}
