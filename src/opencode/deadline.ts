import type { Clock } from '../lib/clock.ts';

/** Does the work with a signal that is aborted when its time is over. */
export async function within<T>(
  clock: Clock,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const done = new AbortController();
  void clock.sleep(timeoutMs, done.signal).then(() => {
    if (!done.signal.aborted) late.abort(new DOMException(`not done within ${timeoutMs} ms`, 'TimeoutError'));
  });
  try {
    return await work(late.signal);
  } finally {
    done.abort();
  }
}
