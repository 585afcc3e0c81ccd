/** When the next call of a token may go. Pure but for its own memory of calls. */
import type { Rate, ThreadAddress } from '../../core/channel.ts';

export type PacedCall = 'post' | 'edit';

/**
 * Predicts when the next call of one token may go, from the platform's stated rates, our own history, and what the
 * platform told us to wait. Knows no clock: every `now` is passed in, in milliseconds.
 */
export interface Pace {
  /** Milliseconds until this call may go; 0: now. `urgent` calls may use the reserve and need no even spacing. */
  delay(place: ThreadAddress, call: PacedCall, urgent: boolean, now: number): number;
  record(place: ThreadAddress, call: PacedCall, now: number): void;
  /** The platform said: not before then. Without a thread: nothing of this token. */
  block(place: ThreadAddress | undefined, until: number): void;
}

/**
 * Share of a token's budget that progress never touches, so that cards, ends and final texts of up to K threads
 * find room at once (facts: reliability §3.3 proposes min(E/2, K+2); a fifth is that for the common budgets).
 */
const reserveShare = 0.2;

interface Window {
  readonly rate: Rate;
  /** Times of calls by scope key, oldest first, never more than the limit. */
  readonly calls: Map<string, number[]>;
}

export function createPace(rates: readonly Rate[]): Pace {
  const windows: readonly Window[] = rates.map((rate) => ({ rate, calls: new Map() }));
  const blocked = new Map<string, number>();
  const counting = (place: ThreadAddress, call: PacedCall) =>
    windows.filter(({ rate }) => (rate.calls === 'any' || rate.calls === call) && covers(rate, place));
  return {
    delay(place, call, urgent, now) {
      const held = Math.max(blocked.get(keyOf.thread(place)) ?? 0, blocked.get(keyOf.token()) ?? 0) - now;
      const waits = counting(place, call).map((window) =>
        windowDelay(window, keyOf[window.rate.scope](place), urgent, now),
      );
      return Math.max(0, held, ...waits);
    },
    record(place, call, now) {
      for (const { rate, calls } of counting(place, call)) {
        const key = keyOf[rate.scope](place);
        calls.set(key, [...recent(calls.get(key) ?? [], rate, now), now]);
        if (calls.size > 1000) forget(calls, rate, now);
      }
      if (blocked.size > 1000) for (const [key, until] of blocked) if (until <= now) blocked.delete(key);
    },
    block(place, until) {
      const key = place === undefined ? keyOf.token() : keyOf.thread(place);
      blocked.set(key, Math.max(until, blocked.get(key) ?? 0));
    },
  };
}

/** What shares one budget. A pace is one adapter's, so that the platform needs no place in its keys. */
const keyOf = {
  thread: ({ channel, thread }: ThreadAddress) => JSON.stringify([channel, thread]),
  channel: ({ channel }: ThreadAddress) => channel,
  token: () => '',
};

function covers(rate: Rate, place: ThreadAddress): boolean {
  return rate.covers?.(place) ?? true;
}

function recent(times: readonly number[], rate: Rate, now: number): number[] {
  return times.filter((time) => time > now - rate.windowMs);
}

/** Threads that have been quiet for a window need no memory. */
function forget(calls: Map<string, number[]>, rate: Rate, now: number): void {
  for (const [key, times] of calls) if (recent(times, rate, now).length === 0) calls.delete(key);
}

function windowDelay({ rate, calls }: Window, key: string, urgent: boolean, now: number): number {
  const times = recent(calls.get(key) ?? [], rate, now);
  const reserve = rate.limit > 2 ? Math.max(1, Math.floor(rate.limit * reserveShare)) : 0;
  const budget = urgent ? rate.limit : rate.limit - reserve;
  const oldest = times[times.length - budget];
  const full = oldest === undefined ? 0 : oldest + rate.windowMs - now;
  const last = times.at(-1);
  const spacing = urgent || last === undefined ? 0 : last + rate.windowMs / budget - now;
  return Math.max(0, full, spacing);
}
