/** Hears the database's wake-ups. They only save time: what they tell is also polled. */
import pg from 'pg';
import { onAbort } from '../lib/abort.ts';
import { systemClock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { backoff } from '../lib/retry.ts';
import { wakeChannel } from './inbox.ts';

const tries = { firstMs: 100, longestMs: 5000 };

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
  let failures = 0;
  while (!signal.aborted) {
    const connected = () => {
      failures = 0;
      wake();
    };
    const reason = await listen(settings, { connected, wake }, signal);
    if (signal.aborted) return;
    log.warn({ error: reason }, 'listening for wake-ups was interrupted; polling goes on');
    failures += 1;
    await systemClock.sleep(backoff(failures, systemClock.random(), tries), signal);
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
  client.on('error', (error) => end(error.message));
  client.on('end', () => end('connection ended'));
  client.on('notification', wake);
  const forget = onAbort(signal, () => end('closed'));
  try {
    await client.connect();
    await client.query(`listen ${wakeChannel}`);
    connected();
    return await ended;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    forget();
    await client.end().catch((error: unknown) => end(String(error)));
  }
}
