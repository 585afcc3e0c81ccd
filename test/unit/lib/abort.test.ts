import { expect, test } from 'vitest';
import { aborted, orAborted } from '../../../src/lib/abort.ts';

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
