import { backoff } from '../../src/lib/supervise.ts';
import { clientSignal } from './client.ts';
import { refusalOf } from './failures.ts';
import { type PollingDeps, reasonOf, slowMs } from './polling.ts';
import type { Self } from './wording.ts';

/** Asks who we are until it is known. undefined: aborted before that. */
export async function introduce(
  { api, clock, random, ailing }: Omit<PollingDeps, 'store' | 'alive'>,
  signal: AbortSignal,
): Promise<Self | undefined> {
  const since = clock.now();
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      const { id, username } = await api.getMe(clientSignal(signal));
      return { id, username };
    } catch (error) {
      if (signal.aborted) return undefined;
      const refusal = refusalOf(error);
      const reason = reasonOf(refusal, clock.now() - since, error);
      if (reason !== undefined) ailing(reason);
      const unknown = refusal?.code === 401 || refusal?.code === 404;
      await clock.sleep(
        refusal?.retryAfterMs ?? (unknown ? slowMs : backoff(failures + 1, random())),
        signal,
      );
    }
  }
  return undefined;
}
