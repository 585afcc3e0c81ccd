import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { endOnSignals, endWithStarter } from '../../../src/cli/signals.ts';
import { createTestClock } from '../../clock.ts';

test('the first signal drains, one more ends at once, and one press that comes twice is one', async () => {
  const clock = createTestClock();
  const exits: number[] = [];
  const host = Object.assign(new EventEmitter(), {
    exit: (code: number) => void exits.push(code),
    ppid: 7,
  });
  const signal = endOnSignals(host, clock);
  expect(signal.aborted).toBe(false);
  host.emit('SIGINT');
  host.emit('SIGINT');
  expect(signal.aborted).toBe(true);
  await clock.advance(400);
  host.emit('SIGINT');
  expect(exits).toEqual([]);
  await clock.advance(200);
  host.emit('SIGTERM');
  expect(exits).toEqual([143]);
});

test('who was started by a program that waits for it ends with that program', async () => {
  const clock = createTestClock();
  const host = Object.assign(new EventEmitter(), { exit: () => {}, ppid: 7 });
  const signal = endWithStarter(new AbortController().signal, host, clock);
  await clock.advance(10_000);
  expect(signal.aborted).toBe(false);
  host.ppid = 1;
  await clock.advance(250);
  expect(signal.aborted).toBe(true);
});
