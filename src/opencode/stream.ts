/** One reader of a server's events, with a loop of its own: an SDK's never notices a silent connection. */
import type { Clock } from '../lib/clock.ts';
import { authorization, backoff, type Endpoint } from './endpoint.ts';
import { createFrameReader } from './sse.ts';

interface StreamTimes {
  readonly connectMs: number;
  readonly silenceMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

const streamTimes: StreamTimes = {
  /** The server accepts connections up to 210 ms before it answers, and then never does (measured). */
  connectMs: 5_000,
  /** The server sends a heartbeat each 10 s (12.4 s under full load). */
  silenceMs: 30_000,
  firstRetryMs: 250,
  longestRetryMs: 10_000,
};

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
  readonly clock: Clock;
  readonly listener: StreamListener<Event>;
  readonly times?: StreamTimes;
}

/** Reads until aborted; connects again for ever. */
export async function readStream<Event>(deps: StreamDeps<Event>, signal: AbortSignal): Promise<void> {
  const times = deps.times ?? streamTimes;
  let failures = 0;
  while (!signal.aborted) {
    const outcome = await readOnce(deps, times, signal);
    if (signal.aborted) return;
    deps.listener.lost(outcome.reason);
    failures = outcome.opened ? 0 : failures + 1;
    await deps.clock.sleep(backoff(failures, times.firstRetryMs, times.longestRetryMs), signal);
  }
}

interface Outcome {
  readonly opened: boolean;
  readonly reason: string;
}

async function readOnce<Event>(
  deps: StreamDeps<Event>,
  times: StreamTimes,
  signal: AbortSignal,
): Promise<Outcome> {
  const { format, listener } = deps;
  let opened = false;
  const silence = createWatchdog(times.connectMs, signal);
  try {
    const endpoint = await deps.endpoint(signal);
    silence.pet(times.connectMs, 'the server did not answer');
    const body = await open(endpoint, format.path, silence.signal);
    for await (const events of eventsOf(body, deps)) {
      silence.pet(opened ? times.silenceMs : times.connectMs, 'the server fell silent');
      for (const event of events) {
        if (!opened && format.isOpening(event)) {
          opened = true;
          silence.pet(times.silenceMs, 'the server fell silent');
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
  readonly signal: AbortSignal;
  /** Another `ms` until it aborts, for this reason. */
  pet(ms: number, reason: string): void;
  /** Why it aborted, where it did. */
  reason(): string | undefined;
  stop(): void;
}

function createWatchdog(ms: number, outer: AbortSignal): Watchdog {
  const controller = new AbortController();
  let said: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let wait = ms;
  const stop = () => {
    clearTimeout(timer);
    outer.removeEventListener('abort', cancel);
  };
  const cancel = () => controller.abort();
  outer.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    pet(next, reason) {
      // One timer is restarted, not remade, for each chunk of a busy stream.
      if (timer !== undefined && next === wait) {
        timer.refresh();
        return;
      }
      clearTimeout(timer);
      wait = next;
      timer = setTimeout(() => {
        said = reason;
        controller.abort();
      }, next);
    },
    reason: () => said,
    stop,
  };
}
