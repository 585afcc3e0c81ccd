import { describe, expect, test } from 'vitest';
import { backoff, retry } from '../../../src/lib/retry.ts';

function fakeClock() {
  const state = { now: 0 };
  const slept: number[] = [];
  return {
    slept,
    now: () => state.now,
    random: () => 1,
    async sleep(ms: number) {
      slept.push(ms);
      state.now += ms;
    },
  };
}

const failing = (times: number) => {
  let left = times;
  return async () => {
    left -= 1;
    if (left >= 0) throw new Error(`failed, ${left} to come`);
    return 'done';
  };
};

const tries = { firstMs: 50, longestMs: 1000, patienceMs: 10_000, isWorthwhile: () => true };

describe('retry', () => {
  test('goes on until it succeeds, with pauses that double up to the longest', async () => {
    const clock = fakeClock();
    expect(await retry(failing(7), { ...tries, clock })).toBe('done');
    expect(clock.slept).toEqual([50, 100, 200, 400, 800, 1000, 1000]);
  });

  test('gives up with the last error when its patience is at an end', async () => {
    const clock = fakeClock();
    await expect(retry(failing(1000), { ...tries, clock })).rejects.toThrow(/^failed, 98\d to come$/);
    expect(clock.now()).toBeLessThanOrEqual(10_000);
  });

  test('does not repeat what has no chance', async () => {
    const clock = fakeClock();
    const isWorthwhile = () => false;
    await expect(retry(failing(1), { ...tries, clock, isWorthwhile })).rejects.toThrow('failed, 0 to come');
    expect(clock.slept).toEqual([]);
  });
});

test('a pause lies between half and all of what has doubled, however many failures there were', () => {
  expect([1, 2, 3, 50].map((failures) => backoff(failures, 0))).toEqual([125, 250, 500, 15_000]);
  expect([1, 2, 3, 50].map((failures) => backoff(failures, 1))).toEqual([250, 500, 1000, 30_000]);
});
