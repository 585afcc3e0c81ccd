import { expect, test } from 'vitest';
import { aborted, onAbort, orAborted } from '../../../src/lib/abort.ts';

test('an abort ends the wait for what never comes, with its reason', async () => {
  const end = new AbortController();
  const waiting = orAborted(new Promise<never>(() => {}), end.signal);
  const over = aborted(end.signal);
  end.abort(new Error('the process ends'));
  await expect(waiting).rejects.toThrow('the process ends');
  await over;
});

test('what comes first is the result, and after an abort there is none', async () => {
  expect(await orAborted(Promise.resolve(7), new AbortController().signal)).toBe(7);
  await expect(orAborted(Promise.resolve(7), AbortSignal.abort('over'))).rejects.toBe('over');
  await aborted(AbortSignal.abort());
});

test('an abort is acted on once, also where it came before, and not after it was taken back', () => {
  const told: string[] = [];
  const end = new AbortController();
  const forget = onAbort(end.signal, () => told.push('forgotten'));
  onAbort(end.signal, () => told.push('first'));
  forget();
  end.abort();
  onAbort(end.signal, () => told.push('late'));
  expect(told).toEqual(['first', 'late']);
});
