import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rate, ThreadAddress } from '../../../src/core/channel.ts';
import { createPace, type PacedCall } from '../../../src/gateway/policy/pace.ts';

/** Two threads a channel: 1 and 2 share one, 3 and 4 the next. */
function place(thread: number): ThreadAddress {
  return { platform: 'test', channel: `c${Math.ceil(thread / 2)}`, thread: String(thread) };
}

interface Made {
  readonly thread: number;
  readonly call: PacedCall;
  readonly at: number;
}

const rates = fc.array(
  fc.record<Rate>({
    scope: fc.constantFrom('thread', 'channel', 'token'),
    calls: fc.constantFrom('post', 'edit', 'any'),
    limit: fc.integer({ min: 1, max: 12 }),
    windowMs: fc.integer({ min: 1, max: 5000 }),
  }),
  { minLength: 1, maxLength: 4 },
);
const wishes = fc.array(
  fc.record({
    thread: fc.integer({ min: 1, max: 3 }),
    call: fc.constantFrom<PacedCall>('post', 'edit'),
    urgent: fc.boolean(),
    pause: fc.integer({ min: 0, max: 400 }),
  }),
  { maxLength: 80 },
);

/** Calls of each window that ends with a call, by what the rate counts. */
function mostInWindow(made: readonly Made[], rate: Rate): number {
  const counted = made.filter(({ call }) => rate.calls === 'any' || rate.calls === call);
  const scoped = Map.groupBy(counted, ({ thread }) => {
    if (rate.scope === 'token') return '';
    return rate.scope === 'channel' ? place(thread).channel : place(thread).thread;
  });
  const sizes = [...scoped.values()].flatMap((calls) =>
    calls.map(({ at }) => calls.filter((one) => one.at <= at && one.at > at - rate.windowMs).length),
  );
  return Math.max(0, ...sizes);
}

describe('pace', () => {
  test('no window of any rate ever holds more calls than its limit', () => {
    fc.assert(
      fc.property(rates, wishes, (limits, calls) => {
        const pace = createPace(limits);
        const made: Made[] = [];
        let now = 1_000_000;
        for (const { thread, call, urgent, pause } of calls) {
          now += pause;
          if (pace.delay(place(thread), call, urgent, now) > 0) continue;
          pace.record(place(thread), call, now);
          made.push({ thread, call, at: now });
        }
        for (const rate of limits) expect(mostInWindow(made, rate)).toBeLessThanOrEqual(rate.limit);
      }),
    );
  });

  test('waiting as long as it says is enough', () => {
    fc.assert(
      fc.property(rates, wishes, (limits, calls) => {
        const pace = createPace(limits);
        let now = 1_000_000;
        for (const { thread, call, urgent, pause } of calls) {
          now += pause;
          now += Math.ceil(pace.delay(place(thread), call, urgent, now));
          expect(pace.delay(place(thread), call, urgent, now)).toBe(0);
          pace.record(place(thread), call, now);
        }
      }),
    );
  });

  const tenPerSecond: Rate = { scope: 'token', calls: 'any', limit: 10, windowMs: 1000 };

  test('progress leaves a reserve that urgent calls can use at once', () => {
    const pace = createPace([tenPerSecond]);
    let progress = 0;
    for (let now = 0; now < 1000; now += 1) {
      if (pace.delay(place(1), 'edit', false, now) > 0) continue;
      pace.record(place(1), 'edit', now);
      progress += 1;
    }
    expect(progress).toBe(8);
    expect(pace.delay(place(1), 'edit', false, 999)).toBeGreaterThan(0);
    for (const thread of [2, 3]) {
      expect(pace.delay(place(thread), 'post', true, 999)).toBe(0);
      pace.record(place(thread), 'post', 999);
    }
    expect(pace.delay(place(4), 'post', true, 999)).toBeGreaterThan(0);
  });

  test('progress is spaced evenly over the window', () => {
    const pace = createPace([tenPerSecond]);
    const times: number[] = [];
    for (let now = 0; now < 5000; now += 1) {
      if (pace.delay(place(1), 'edit', false, now) > 0) continue;
      pace.record(place(1), 'edit', now);
      times.push(now);
    }
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBe(125);
    expect(Math.max(...gaps)).toBe(125);
  });

  test('a retry-after holds its thread only, urgent or not, and never gets shorter', () => {
    const pace = createPace([tenPerSecond]);
    pace.block(place(1), 5000);
    pace.block(place(1), 3000);
    expect(pace.delay(place(1), 'edit', true, 1000)).toBe(4000);
    expect(pace.delay(place(2), 'edit', false, 1000)).toBe(0);
    expect(pace.delay(place(1), 'edit', true, 5000)).toBe(0);
  });

  test('a retry-after of the token holds every thread', () => {
    const pace = createPace([]);
    pace.block(undefined, 700);
    expect([1, 2, 3].map((thread) => pace.delay(place(thread), 'post', true, 0))).toEqual([700, 700, 700]);
  });

  test('the threads of a channel share its budget, other channels have their own', () => {
    const pace = createPace([{ scope: 'channel', calls: 'any', limit: 1, windowMs: 1000 }]);
    pace.record(place(1), 'post', 0);
    expect([1, 2, 3].map((thread) => pace.delay(place(thread), 'edit', true, 1))).toEqual([999, 999, 0]);
  });

  test('a rate counts and holds only where it says', () => {
    const covers = ({ channel }: ThreadAddress) => channel === 'c1';
    const pace = createPace([{ scope: 'token', calls: 'any', limit: 1, windowMs: 1000, covers }]);
    pace.record(place(3), 'post', 0);
    expect(pace.delay(place(1), 'post', true, 0)).toBe(0);
    pace.record(place(1), 'post', 0);
    expect([2, 3].map((thread) => pace.delay(place(thread), 'post', true, 1))).toEqual([999, 0]);
  });

  test('a limit of posts does not hold edits', () => {
    const pace = createPace([{ scope: 'thread', calls: 'post', limit: 1, windowMs: 1000 }]);
    pace.record(place(1), 'post', 0);
    expect(pace.delay(place(1), 'post', true, 1)).toBe(999);
    expect(pace.delay(place(1), 'edit', false, 1)).toBe(0);
  });
});
