/** One reader of a server's events, with a loop of its own: an SDK's never notices a silent connection. */
import type { Chance, Clock } from '../lib/clock.ts';
import { backoff } from '../lib/retry.ts';
import { authorization, type Endpoint } from './endpoint.ts';
import { createFrameReader } from './sse.ts';

/** The server accepts connections up to 210 ms before it answers, and then never does (measured). */
export const connectTimeoutMs = 5_000;
/** The server sends a heartbeat each 10 s (12.4 s under full load). */
export const longestSilenceMs = 30_000;
export const firstRetryMs = 250;
const longestRetryMs = 10_000;

/** How a dialect writes its events. */
export interface StreamFormat<Event> {
  /** Where the stream is. */
  readonly path: string;
  /** The event of one frame; undefined where it is none that the gateway reads. Throws where it cannot be read. */
  parse(data: string): Event | undefined;
  /** With it the server says that the stream is open: from now on nothing is missed. */
  isOpening(event: Event): boolean;
}

interface StreamListener<Event> {
  opened(endpoint: Endpoint): void;
  event(event: Event): void;
  /** Comes for each `opened` once, and for each failed attempt to connect. */
  lost(reason: string): void;
  /** A frame that could not be read. */
  garbled(reason: string): void;
}

interface StreamDeps<Event> {
  readonly format: StreamFormat<Event>;
  /** Where the server is now; may wait for it to start. */
  readonly endpoint: (signal: AbortSignal) => Promise<Endpoint>;
  readonly clock: Clock & Chance;
  readonly listener: StreamListener<Event>;
}

/** Reads until aborted; connects again for ever. */
export async function readStream<Event>(deps: StreamDeps<Event>, signal: AbortSignal): Promise<void> {
  const { clock } = deps;
  let failures = 0;
  while (!signal.aborted) {
    const outcome = await readOnce(deps, signal);
    if (signal.aborted) return;
    deps.listener.lost(outcome.reason);
    failures = outcome.opened ? 0 : failures + 1;
    await clock.sleep(
      backoff(failures + 1, clock.random(), { firstMs: firstRetryMs, longestMs: longestRetryMs }),
      signal,
    );
  }
}

interface Outcome {
  readonly opened: boolean;
  readonly reason: string;
}

async function readOnce<Event>(deps: StreamDeps<Event>, signal: AbortSignal): Promise<Outcome> {
  const { clock, format, listener } = deps;
  let opened = false;
  const silence = createWatchdog(clock, signal);
  try {
    const endpoint = await deps.endpoint(signal);
    silence.pet(connectTimeoutMs, 'the server did not answer');
    const body = await open(endpoint, format.path, silence.signal);
    for await (const events of eventsOf(body, deps)) {
      silence.pet(opened ? longestSilenceMs : connectTimeoutMs, 'the server fell silent');
      for (const event of events) {
        if (!opened && format.isOpening(event)) {
          opened = true;
          silence.pet(longestSilenceMs, 'the server fell silent');
          listener.opened(endpoint);
        } else if (opened) listener.event(event);
      }
    }
    return { opened, reason: 'the server closed the stream' };
  } catch (error) {
    return { opened, reason: silence.reason() ?? reasonOf(error) };
  } finally {
    silence.stop();
  }
}

async function open(
  endpoint: Endpoint,
  path: string,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const secret = authorization(endpoint);
  const response = await fetch(new URL(path, endpoint.url), {
    headers: { accept: 'text/event-stream', ...(secret === undefined ? {} : { authorization: secret }) },
    redirect: 'error',
    signal,
  });
  const type = response.headers.get('content-type') ?? '';
  if (response.ok && type.startsWith('text/event-stream') && response.body !== null) return response.body;
  await response.body?.cancel();
  if (response.status === 401) throw new Error('the server refused the password');
  throw new Error(`the server has no event stream (status ${response.status})`);
}

/** The events of each chunk. */
async function* eventsOf<Event>(
  body: ReadableStream<Uint8Array>,
  { format, listener }: StreamDeps<Event>,
): AsyncGenerator<readonly Event[]> {
  const decoder = new TextDecoder();
  const reader = createFrameReader();
  let skipped = 0;
  for await (const chunk of body) {
    const heard: Event[] = [];
    reader.push(decoder.decode(chunk, { stream: true }), (data) => {
      try {
        const event = format.parse(data);
        if (event !== undefined) heard.push(event);
      } catch (error) {
        listener.garbled(reasonOf(error));
      }
    });
    if (reader.skipped() > skipped) {
      skipped = reader.skipped();
      listener.garbled('a frame was too large');
    }
    yield heard;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}

interface Watchdog {
  /** Aborted when there was no life for too long, or from outside. */
  readonly signal: AbortSignal;
  /** There is life. After another `ms` without it is aborted, for this reason. */
  pet(ms: number, reason: string): void;
  /** Why it was aborted, where it was for want of life. */
  reason(): string | undefined;
  stop(): void;
}

/** It is petted for each chunk of a busy stream, and yet sleeps through: when it wakes, it looks when that was last. */
function createWatchdog(clock: Clock, outer: AbortSignal): Watchdog {
  const late = new AbortController();
  const stopped = new AbortController();
  const last = { pets: 0, at: 0, ms: 0, reason: '' };
  const watch = async () => {
    for (let left = last.ms; left > 0; ) {
      const { pets } = last;
      await clock.sleep(left, stopped.signal);
      if (stopped.signal.aborted) return;
      // Never more than `ms`, should somebody have set the clock back meanwhile.
      left = last.pets === pets ? 0 : Math.min(last.ms, last.at + last.ms - clock.now());
    }
    late.abort();
  };
  return {
    signal: AbortSignal.any([outer, late.signal]),
    pet(ms, reason) {
      last.pets += 1;
      last.at = clock.now();
      last.ms = ms;
      last.reason = reason;
      if (last.pets === 1) void watch();
    },
    reason: () => (late.signal.aborted ? last.reason : undefined),
    stop: () => stopped.abort(),
  };
}
