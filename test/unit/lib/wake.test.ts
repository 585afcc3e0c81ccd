import { expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { createWake } from '../../../src/lib/wake.ts';

const waiter = () => new AbortController();

test('a wake-up ends the wait of all', async () => {
  const { wake, wait } = createWake(systemClock);
  const waits = [wait(60_000, waiter().signal), wait(60_000, waiter().signal)];
  wake();
  await Promise.all(waits);
});

test('a wake-up between two waits is missed by nobody, and counts once', async () => {
  const { wake, wait } = createWake(systemClock);
  const [one, other] = [waiter(), waiter()];
  await Promise.all([wait(0, one.signal), wait(0, other.signal)]);
  wake();
  await wait(60_000, one.signal);
  await wait(60_000, other.signal);

  const third = wait(60_000, one.signal).then(() => 'woken');
  expect(await Promise.race([third, Promise.resolve('asleep')])).toBe('asleep');
  one.abort();
  expect(await third).toBe('woken');
});

test('an aborted signal does not wait', async () => {
  await createWake(systemClock).wait(60_000, AbortSignal.abort());
});
