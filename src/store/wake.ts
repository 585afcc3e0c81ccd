/** Wakes all who wait for events. */
export interface Wake {
  wake(): void;
  /**
   * Resolves at the next wake-up, after `ms`, or when aborted. The signal tells who waits: a wake-up since
   * the last wait with this signal resolves at once, so that none is lost between looking and waiting.
   */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createWake(): Wake {
  const waiting = new Set<() => void>();
  const seen = new WeakMap<AbortSignal, number>();
  let count = 0;
  return {
    wake() {
      count += 1;
      for (const resolve of waiting) resolve();
    },
    async wait(ms, signal) {
      const missed = (seen.get(signal) ?? count) < count;
      if (!missed && !signal.aborted) await sleep(waiting, ms, signal);
      seen.set(signal, count);
    },
  };
}

async function sleep(waiting: Set<() => void>, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => resolve();
  const timer = setTimeout(done, ms);
  waiting.add(done);
  signal.addEventListener('abort', done, { once: true });
  await promise;
  clearTimeout(timer);
  waiting.delete(done);
  signal.removeEventListener('abort', done);
}
