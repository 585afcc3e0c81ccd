/** The stream of events to every open page, with bounded memory however slowly one reads. */
import type { Clock } from '../../src/lib/clock.ts';
import type { ThreadRecord } from './records.ts';
import type { WireMessage } from './wire.ts';

/** Browsers and proxies drop a stream that is silent for longer than about a minute. */
const heartbeatMs = 15_000;

/** What the page is told. `state` comes first on every stream and replaces all that the page knew. */
export type FeedEvent =
  | { readonly type: 'state'; readonly state: unknown }
  | { readonly type: 'thread'; readonly thread: ThreadRecord }
  | { readonly type: 'thread-removed'; readonly thread: string }
  | { readonly type: 'message'; readonly thread: string; readonly message: WireMessage }
  | { readonly type: 'removed'; readonly thread: string; readonly id: string }
  | { readonly type: 'typing'; readonly thread: string }
  | { readonly type: 'whisper'; readonly thread: string; readonly text: string }
  /** Says only that the connection lives: a page that hears nothing for two beats connects again. */
  | { readonly type: 'beat' };

/** Server-sent events to every open page. */
export interface Feed {
  /** Events of a thread's messages go to the streams that show it; `make` runs only where there is one. */
  publish(thread: string, make: () => FeedEvent): void;
  /** To every stream. */
  publishAll(event: FeedEvent): void;
  /** `first` is made when the stream is registered already, so that nothing falls between. */
  open(thread: string | undefined, first: () => Promise<FeedEvent>): Promise<Response>;
  close(): void;
}

interface Stream {
  readonly thread: string | undefined;
  /** Not yet read by the page; the newest event of a key replaces an older one, in its place. */
  readonly pending: Map<string, FeedEvent>;
  controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  ready: boolean;
  readonly end: AbortController;
}

export function createFeed(clock: Pick<Clock, 'sleep'>): Feed {
  const streams = new Set<Stream>();
  return {
    publish(thread, make) {
      let event: FeedEvent | undefined;
      for (const stream of streams) {
        if (stream.thread !== thread) continue;
        event ??= make();
        offer(stream, event);
      }
    },
    publishAll(event) {
      for (const stream of streams) offer(stream, event);
    },
    open: (thread, first) => openStream({ streams, clock }, thread, first),
    close() {
      for (const stream of [...streams]) {
        drop(streams, stream);
        stream.controller?.close();
      }
    },
  };
}

interface FeedState {
  readonly streams: Set<Stream>;
  readonly clock: Pick<Clock, 'sleep'>;
}

async function openStream(
  { streams, clock }: FeedState,
  thread: string | undefined,
  first: () => Promise<FeedEvent>,
): Promise<Response> {
  const end = new AbortController();
  const stream: Stream = { thread, pending: new Map(), controller: undefined, ready: false, end };
  streams.add(stream);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      stream.controller = controller;
    },
    pull: () => flush(stream),
    cancel: () => drop(streams, stream),
  });
  try {
    const event = await first();
    stream.controller?.enqueue(encode(event));
  } catch (error) {
    drop(streams, stream);
    throw error;
  }
  stream.ready = true;
  void beat(stream, clock);
  flush(stream);
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' },
  });
}

/** Memory stays bounded with a slow reader: there is one event for each message at most. */
function offer(stream: Stream, event: FeedEvent): void {
  const key = keyOf(event);
  stream.pending.set(key, event);
  flush(stream);
}

function keyOf(event: FeedEvent): string {
  if (event.type === 'message') return `message ${event.message.id}`;
  if (event.type === 'removed') return `message ${event.id}`;
  if (event.type === 'thread') return `thread ${event.thread.id}`;
  return JSON.stringify(event);
}

function flush(stream: Stream): void {
  if (!stream.ready) return;
  for (const [key, event] of stream.pending) {
    if ((stream.controller?.desiredSize ?? 0) <= 0) return;
    stream.pending.delete(key);
    stream.controller?.enqueue(encode(event));
  }
}

async function beat({ controller, end }: Stream, { sleep }: Pick<Clock, 'sleep'>): Promise<void> {
  for (;;) {
    await sleep(heartbeatMs, end.signal);
    if (end.signal.aborted) return;
    if ((controller?.desiredSize ?? 0) > 0) controller?.enqueue(encode({ type: 'beat' }));
  }
}

function drop(streams: Set<Stream>, stream: Stream): void {
  streams.delete(stream);
  stream.end.abort();
}

function encode(event: FeedEvent): Uint8Array {
  return new TextEncoder().encode(`data: ${JSON.stringify(event)}\n\n`);
}
