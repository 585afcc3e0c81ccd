/** Buckets: of one route and one channel, and of the token; the counts stand in the headers of each answer. */
import type { Clock } from '../../../src/lib/clock.ts';
import { Refusal } from './refusal.ts';

export interface BucketSize {
  readonly limit: number;
  readonly windowMs: number;
}

export interface Limits {
  /** Counts a call; the headers of its answer. Throws the 429. */
  count(route: string, major: string): Readonly<Record<string, string>>;
  /** How many 429s were given. */
  refused(): number;
}

/** Observed for messages (facts: platforms §3.3); Discord itself tells them by headers only. */
const usual: BucketSize = { limit: 5, windowMs: 5000 };
const overall: BucketSize = { limit: 50, windowMs: 1000 };

interface Window {
  start: number;
  used: number;
}

export function createLimits(clock: Clock, sizes: Readonly<Record<string, BucketSize>> = {}): Limits {
  const windows = new Map<string, Window>();
  const state = { refused: 0 };
  const use = (key: string, { limit, windowMs }: BucketSize) => {
    const now = clock.now();
    const known = windows.get(key);
    const window = known === undefined || now >= known.start + windowMs ? { start: now, used: 0 } : known;
    windows.set(key, window);
    const resetMs = window.start + windowMs - now;
    const full = window.used >= limit;
    if (!full) window.used += 1;
    return { full, resetMs, remaining: limit - window.used, limit };
  };
  return {
    refused: () => state.refused,
    count(route, major) {
      const size = sizes[route] ?? (route.includes('Message') ? usual : undefined);
      const global = use('token', overall);
      if (global.full) {
        state.refused += 1;
        throw tooMany(global.resetMs, { 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' }, true);
      }
      if (size === undefined) return {};
      const bucket = use(`${route}:${major}`, size);
      const headers = {
        'x-ratelimit-limit': String(bucket.limit),
        'x-ratelimit-remaining': String(bucket.remaining),
        'x-ratelimit-reset-after': String(bucket.resetMs / 1000),
        'x-ratelimit-bucket': `bucket-${route}`,
      };
      if (!bucket.full) return headers;
      state.refused += 1;
      throw tooMany(bucket.resetMs, { ...headers, 'x-ratelimit-scope': 'user' }, false);
    },
  };
}

/** Also for limits that no header announces. */
export function tooMany(waitMs: number, headers: Readonly<Record<string, string>>, global: boolean): Refusal {
  const seconds = waitMs / 1000;
  return new Refusal(
    429,
    { message: 'You are being rate limited.', retry_after: seconds, global },
    { 'retry-after': String(Math.ceil(seconds)), ...headers },
  );
}
