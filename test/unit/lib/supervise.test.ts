import { expect, test } from 'vitest';
import { ConfigError } from '../../../src/core/errors.ts';
import { createLog } from '../../../src/lib/log.ts';
import { backoff } from '../../../src/lib/retry.ts';
import { type Service, startAfter, supervise } from '../../../src/lib/supervise.ts';
import { createTestClock } from '../../clock.ts';

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

function setup(services: readonly Service[], clock = createTestClock()) {
  const end = new AbortController();
  const lines: string[] = [];
  const log = createLog({ level: 'debug', secrets: [], form: 'json', write: (line) => lines.push(line) });
  const done = supervise(services, { signal: end.signal, log, clock, deadlineMs: 1000, random: () => 1 });
  return { clock, end, lines, done };
}

test('a service that fails is started again, ever more slowly, and quickly again after a minute of health', async () => {
  const clock = createTestClock();
  const begin = clock.now();
  const starts: number[] = [];
  const healthy = { ms: 0 };
  const flaky: Service = {
    name: 'flaky',
    run: async (signal) => {
      starts.push(clock.now() - begin);
      if (healthy.ms > 0) await clock.sleep(healthy.ms, signal);
      if (!signal.aborted) throw new Error('lost');
    },
  };
  const { end, done } = setup([flaky], clock);
  await clock.advance(4000);
  expect(starts).toEqual([0, 250, 750, 1750, 3750]);

  healthy.ms = 60_000;
  starts.length = 0;
  await clock.advance(4000 + 60_000 + 250);
  expect(starts).toEqual([7750, 68_000]);
  end.abort();
  await done;
});

test('a service that ends without an error before it was told to is started again as well', async () => {
  const runs: number[] = [];
  const { clock, end, done, lines } = setup([{ name: 'quiet', run: async () => void runs.push(1) }]);
  await clock.advance(250);
  expect(runs).toHaveLength(2);
  expect(lines.join('')).toContain('"service":"quiet"');
  end.abort();
  await done;
});

test('one service failing does not touch its neighbour', async () => {
  const starts = { neighbour: 0 };
  const { clock, end, done } = setup([
    { name: 'broken', run: () => Promise.reject(new Error('broken')) },
    {
      name: 'neighbour',
      run: (signal) => {
        starts.neighbour += 1;
        return untilAborted(signal);
      },
    },
  ]);
  await clock.advance(60_000);
  expect(starts.neighbour).toBe(1);
  end.abort();
  await done;
});

test('a configuration error ends the others and comes out as it is', async () => {
  const refusal = new ConfigError('Port 4080 is taken.');
  const ended: string[] = [];
  const { done } = setup([
    { name: 'page', run: () => Promise.reject(refusal) },
    { name: 'stream', run: (signal) => untilAborted(signal).then(() => void ended.push('stream')) },
  ]);
  await expect(done).rejects.toBe(refusal);
  expect(ended).toEqual(['stream']);
});

test('who does not end is named after the deadline', async () => {
  const { clock, end, done, lines } = setup([
    { name: 'stuck', run: () => new Promise<void>(() => undefined) },
    { name: 'polite', run: untilAborted },
  ]);
  end.abort();
  await clock.advance(1000);
  await done;
  expect(lines.at(-1)).toContain('"services":["stuck"]');
});

test('delays stay between half and all of 250 ms to 30 s', () => {
  expect([1, 2, 3, 8, 100].map((failures) => backoff(failures, 1))).toEqual([250, 500, 1000, 30_000, 30_000]);
  expect([1, 2, 3, 8, 100].map((failures) => backoff(failures, 0))).toEqual([125, 250, 500, 15_000, 15_000]);
});

test('a service that begins after something else does so, or ends with the process', async () => {
  const begun: string[] = [];
  const service = {
    name: 'server',
    run: async ({ aborted }: AbortSignal) => void begun.push(String(aborted)),
  };
  const event = Promise.withResolvers<void>();
  const running = startAfter(event.promise, service).run(new AbortController().signal);
  await Promise.resolve();
  expect(begun).toEqual([]);
  event.resolve();
  await running;
  await startAfter(new Promise(() => {}), service).run(AbortSignal.abort());
  expect(begun).toEqual(['false', 'true']);
});
