/** Who the bot is. Nothing of a person's can be read before that is known, since it decides what is for us. */
import type { Api } from 'grammy';
import type { Clock } from '../../src/lib/clock.ts';
import { backoff } from '../../src/lib/retry.ts';
import { clientSignal } from './client.ts';
import { reasonOf, refusalOf, slowMs } from './failures.ts';

/** As much of the bot as people's messages name, and whose messages they are. */
export interface Self {
  readonly id: number;
  readonly username: string;
  /** The adapter's id: addresses name it. */
  readonly adapter: string;
}

/** Who the bot is, as Telegram says. */
export interface BotUser extends Self {
  /** Privacy mode is off: in groups it is told of everything, also where it is no administrator. */
  readonly readsAll: boolean;
}

/** Asked once, and again only where Telegram did not answer. Rejects with what the library throws. */
export type Identity = (signal?: AbortSignal) => Promise<BotUser>;

export function createIdentity(api: Api, adapter: string): Identity {
  const known: { bot: BotUser | undefined } = { bot: undefined };
  return async (signal) => {
    known.bot ??= await ask(api, adapter, signal);
    return known.bot;
  };
}

async function ask(api: Api, adapter: string, signal: AbortSignal | undefined): Promise<BotUser> {
  const me = await api.getMe(signal && clientSignal(signal));
  return { id: me.id, username: me.username, readsAll: me.can_read_all_group_messages, adapter };
}

export interface IdentifiedDeps {
  readonly identity: Identity;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
  ailing(reason: string): void;
}

/** Asks who we are until it is known. undefined: aborted before that. */
export async function identified(
  { identity, clock, random, ailing }: IdentifiedDeps,
  signal: AbortSignal,
): Promise<BotUser | undefined> {
  const since = clock.now();
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      return await identity(signal);
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
