import type { Clock } from '../src/lib/clock.ts';

export interface TestClock extends Clock {
  /** Moves the time on and wakes, in order, everyone whose time has come, also those who fall asleep on the way. */
  advance(ms: number): Promise<void>;
  /** How many sleep now. */
  sleepers(): number;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is moved. Starts at a round time of day, 2026-01-01 12:00:00 UTC. */
export function createTestClock(start = Date.UTC(2026, 0, 1, 12)): TestClock {
  const state = { now: start };
  const sleepers = new Set<Sleeper>();
  return {
    now: () => state.now,
    sleepers: () => sleepers.size,
    sleep: (ms, signal) => sleep(sleepers, state.now + ms, signal),
    advance: async (ms) => {
      const end = state.now + ms;
      await settled();
      for (let next = earliest(sleepers, end); next !== undefined; next = earliest(sleepers, end)) {
        state.now = Math.max(state.now, next.at);
        sleepers.delete(next);
        next.wake();
        await settled();
      }
      state.now = end;
    },
  };
}

function sleep(sleepers: Set<Sleeper>, at: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const leave = () => {
      sleepers.delete(sleeper);
      resolve();
    };
    const sleeper: Sleeper = {
      at,
      wake: () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      },
    };
    sleepers.add(sleeper);
    signal?.addEventListener('abort', leave, { once: true });
  });
}

/** First by time, then by who lay down first. */
function earliest(sleepers: ReadonlySet<Sleeper>, end: number): Sleeper | undefined {
  return [...sleepers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
}

/** Chains of promises that need no I/O have run: setImmediate comes after all of them. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
