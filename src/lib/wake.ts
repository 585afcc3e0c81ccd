/** Wakes all who wait. */
export interface Wake {
  wake(): void;
  /** Resolves at the next wake-up, after `ms`, or when aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export function createWake(): Wake {
  const waiting = new Set<() => void>();
  return {
    wake() {
      for (const resolve of waiting) resolve();
    },
    async wait(ms, signal) {
      if (signal?.aborted === true) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      const done = () => resolve();
      waiting.add(done);
      signal?.addEventListener('abort', done, { once: true });
      await promise;
      clearTimeout(timer);
      waiting.delete(done);
      signal?.removeEventListener('abort', done);
    },
  };
}
