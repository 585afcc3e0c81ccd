import { expect, test } from 'vitest';
import { createOrderedLanes } from '../../../adapters/slack/lanes.ts';
import { patiently } from '../../../adapters/slack/patience.ts';
import { createTestClock } from '../../clock.ts';

test('neighbours that overtook each other come in the order in which they happened', async () => {
  const clock = createTestClock();
  const lanes = createOrderedLanes(clock);
  const done: number[] = [];
  const run = (at: number) => lanes.run('a', { at, do: async () => void done.push(at) });
  const all = [run(2), run(1), run(3)];
  await clock.advance(50);
  await Promise.all(all);
  expect(done).toEqual([1, 2, 3]);
  const late = run(4);
  await clock.advance(50);
  await late;
  expect(done).toEqual([1, 2, 3, 4]);
});

test('one lane does not wait for another, and a failure is told to its own caller', async () => {
  const clock = createTestClock();
  const lanes = createOrderedLanes(clock);
  const { promise, resolve } = Promise.withResolvers<string>();
  const slow = lanes.run('a', { at: 1, do: () => promise });
  const behind = lanes.run('a', { at: 2, do: async () => 'behind' });
  const failing = lanes.run('b', { at: 1, do: () => Promise.reject(new Error('no')) });
  const after = lanes.run('b', { at: 2, do: async () => 'after' });
  const refused = expect(failing).rejects.toThrow('no');
  await clock.advance(50);
  await refused;
  expect(await after).toBe('after');
  resolve('slow');
  expect(await Promise.all([slow, behind])).toEqual(['slow', 'behind']);
});

test('what fails is tried again while there is time', async () => {
  const clock = createTestClock();
  let tries = 0;
  const twice = patiently(clock, 1000, async () => {
    tries += 1;
    if (tries < 3) throw new Error('away');
    return tries;
  });
  await clock.advance(500);
  expect(await twice).toBe(3);
  const never = expect(patiently(clock, 1000, () => Promise.reject(new Error('away')))).rejects.toThrow(
    'away',
  );
  await clock.advance(1000);
  await never;
});
