/** Wakes all who wait for events. */
import { onAbort } from './abort.ts';
import type { Clock } from './clock.ts';

export interface Wake {
  wake(): void;
  /**
   * Resolves at the next wake-up, after `ms`, or when aborted. The signal tells who waits: a wake-up since the last
   * wait with this signal resolves at once, so that none is lost between looking and waiting.
   */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createWake(clock: Pick<Clock, 'sleep'>): Wake {
  const waiting = new Set<() => void>();
  const seen = new WeakMap<AbortSignal, number>();
  let count = 0;
  return {
    wake() {
      count += 1;
      for (const end of waiting) end();
    },
    async wait(ms, signal) {
      const missed = (seen.get(signal) ?? count) < count;
      if (!missed && !signal.aborted) await sleep(clock, waiting, ms, signal);
      seen.set(signal, count);
    },
  };
}

async function sleep(
  clock: Pick<Clock, 'sleep'>,
  waiting: Set<() => void>,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const woken = new AbortController();
  const end = () => woken.abort();
  waiting.add(end);
  const forget = onAbort(signal, end);
  await clock.sleep(ms, woken.signal);
  waiting.delete(end);
  forget();
}
