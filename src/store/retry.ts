import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 10_000;
const firstDelayMs = 50;
const longestDelayMs = 1_000;

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

/**
 * The result of an idempotent call, repeated with growing, jittered pauses while the database is away;
 * gives up after about 10 s with the last error.
 */
export async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (let delay = firstDelayMs; ; delay = Math.min(delay * 2, longestDelayMs)) {
    try {
      return await attempt();
    } catch (error) {
      const pause = delay * (0.5 + Math.random());
      if (!isTransient(error) || performance.now() + pause > deadline) throw error;
      await sleep(pause);
    }
  }
}
