/** How long to wait before something is tried again, and trying it again. */
import type { Chance, Clock } from './clock.ts';

export interface Backoff {
  /** Milliseconds before the second try, at most. */
  readonly firstMs: number;
  readonly longestMs: number;
}

const usual: Backoff = { firstMs: 250, longestMs: 30_000 };

/**
 * Milliseconds after so many failures in a row (from 1): doubles from `firstMs` to `longestMs`; between half and all
 * of it, so that several who failed at once do not come back at once. `random`: 0 to 1.
 */
export function backoff(failures: number, random: number, { firstMs, longestMs }: Backoff = usual): number {
  const whole = Math.min(longestMs, firstMs * 2 ** Math.max(0, Math.min(failures - 1, 30)));
  return Math.round(whole * (0.5 + random / 2));
}

export interface Retrying extends Backoff {
  readonly clock: Clock & Chance;
  /** The last error is thrown where the next try would begin later than this after the first, milliseconds. */
  readonly patienceMs: number;
  /** Would the same call have a chance a moment later? */
  isWorthwhile(error: unknown): boolean;
}

/** The result of an idempotent call, repeated after growing pauses; gives up with the last error. */
export async function retry<T>(attempt: () => Promise<T>, options: Retrying): Promise<T> {
  const { clock, patienceMs, isWorthwhile } = options;
  const deadline = clock.now() + patienceMs;
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      const pauseMs = backoff(failures, clock.random(), options);
      if (!isWorthwhile(error) || clock.now() + pauseMs > deadline) throw error;
      await clock.sleep(pauseMs);
    }
  }
}
