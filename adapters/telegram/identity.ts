import { backoff } from '../../src/lib/retry.ts';
import { clientSignal } from './client.ts';
import { refusalOf } from './failures.ts';
import { type PollingDeps, reasonOf, slowMs } from './polling.ts';

/** Who the bot is, as Telegram says. */
export interface Identity {
  readonly id: number;
  readonly username: string;
  /** Privacy mode is off: in groups it is told of everything, also where it is no administrator. */
  readonly readsAll: boolean;
}

/** Asks who we are until it is known. undefined: aborted before that. */
export async function introduce(
  { api, clock, random, ailing }: Omit<PollingDeps, 'store' | 'alive'>,
  signal: AbortSignal,
): Promise<Identity | undefined> {
  const since = clock.now();
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      const me = await api.getMe(clientSignal(signal));
      return { id: me.id, username: me.username, readsAll: me.can_read_all_group_messages };
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
