import { systemClock } from '../lib/clock.ts';
import { retry } from '../lib/retry.ts';

const tries = { patienceMs: 10_000, firstMs: 50, longestMs: 1000 };

/** Connection lost or refused, server shutting down or starting, serialization failure, deadlock. */
const transientCodes =
  /^(?:08...|57P0[123]|40001|40P01|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN)$/;
/** What pg says without a code. */
const transientMessages = /connection terminated|connection error|timeout exceeded when trying to connect/i;

/** Would the same call have a chance a moment later? */
export function isTransient(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isTransient);
  if (!(error instanceof Error)) return false;
  const { code } = error as Error & { readonly code?: unknown };
  return typeof code === 'string' ? transientCodes.test(code) : transientMessages.test(error.message);
}

/** The result of an idempotent call, repeated while the database is away; gives up after about 10 s. */
export function retried<T>(attempt: () => Promise<T>): Promise<T> {
  return retry(attempt, { ...tries, clock: systemClock, isWorthwhile: isTransient });
}
