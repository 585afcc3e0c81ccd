/** Waiting beside an abort. A signal that was aborted before somebody looked counts like one that is aborted now. */

/** Calls `act` once the signal is aborted, at once where it is already. What it returns takes that back. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
  return () => signal.removeEventListener('abort', act);
}

/** Resolves once the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => void onAbort(signal, resolve));
}

/**
 * The result, or a rejection with the signal's reason as soon as it is aborted, also where both are there already;
 * what was begun goes on alone.
 */
export async function orAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const forget = onAbort(signal, () => reject(signal.reason));
  try {
    return await Promise.race([promise, result]);
  } finally {
    forget();
  }
}
