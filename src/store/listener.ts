import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../lib/log.ts';
import { wakeChannel } from './inbox.ts';

const firstDelayMs = 100;
const longestDelayMs = 5_000;

/** Listens on a connection of its own, and opens it again when it is lost. */
export interface Listener {
  close(): Promise<void>;
}

/** `wake` is called for each notification, and when listening begins (again): some may have been missed. */
export function createListener(settings: pg.ClientConfig, wake: () => void, log: Log): Listener {
  const abort = new AbortController();
  const running = keepListening(settings, wake, log, abort.signal);
  return {
    async close() {
      abort.abort();
      await running;
    },
  };
}

async function keepListening(
  settings: pg.ClientConfig,
  wake: () => void,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  let delay = firstDelayMs;
  while (!signal.aborted) {
    const connected = () => {
      delay = firstDelayMs;
      wake();
    };
    const reason = await listen(settings, { connected, wake }, signal);
    if (signal.aborted) return;
    log.warn({ error: reason }, 'listening for wake-ups was interrupted; polling goes on');
    await pause(delay * (0.5 + Math.random()), signal);
    delay = Math.min(delay * 2, longestDelayMs);
  }
}

/** Returns why it ended. */
async function listen(
  settings: pg.ClientConfig,
  { connected, wake }: { readonly connected: () => void; readonly wake: () => void },
  signal: AbortSignal,
): Promise<string> {
  const client = new pg.Client(settings);
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  const stop = () => end('closed');
  client.on('error', (error) => end(error.message));
  client.on('end', () => end('connection ended'));
  client.on('notification', wake);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    await client.query(`listen ${wakeChannel}`);
    connected();
    return await ended;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    signal.removeEventListener('abort', stop);
    await client.end().catch((error: unknown) => end(String(error)));
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await Promise.race([promise, sleep(ms, undefined, { ref: false })]);
}
