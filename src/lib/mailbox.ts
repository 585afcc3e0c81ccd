import type { Clock } from './clock.ts';
import { createWake } from './wake.ts';

/** A queue between one who tells and one who waits. */
export interface Mailbox<T> {
  push(item: T): void;
  /** The next item; `undefined` after `ms` without one, or when aborted. */
  next(ms: number, signal: AbortSignal): Promise<T | undefined>;
  /** Drops what waits and is not wanted any more. */
  keep(wanted: (item: T) => boolean): void;
}

export function createMailbox<T>(clock: Pick<Clock, 'sleep'>): Mailbox<T> {
  const items: T[] = [];
  const wake = createWake(clock);
  let waiting = 0;
  return {
    push(item) {
      items.push(item);
      if (waiting > 0) wake.wake();
    },
    async next(ms, signal) {
      if (items.length === 0) {
        waiting += 1;
        await wake.wait(ms, signal);
        waiting -= 1;
      }
      return items.shift();
    },
    keep(wanted) {
      items.splice(0, items.length, ...items.filter(wanted));
    },
  };
}
