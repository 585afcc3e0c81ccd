import type { Clock } from '../../src/lib/clock.ts';

const pauseMs = 250;

/**
 * Tries again what fails, as long as there is time: what people press is told once only, and a store that is away
 * for a moment must not cost it. Rejects with the last failure.
 */
export async function patiently<T>(clock: Clock, forMs: number, work: () => Promise<T>): Promise<T> {
  const end = clock.now() + forMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (clock.now() + pauseMs > end) throw error;
      await clock.sleep(pauseMs);
    }
  }
}
