/**
 * Updates by long polls: a poll confirms all before it, so it is the acknowledgement, and none is sent before
 * everything is stored.
 */
import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import type { Clock } from '../../src/lib/clock.ts';
import { backoff } from '../../src/lib/retry.ts';
import { clientSignal } from './client.ts';
import { channelError, type Refusal, reasonOf, refusalOf, slowMs } from './failures.ts';
import { wantedUpdates } from './inbound.ts';

export interface PollingDeps {
  readonly api: Api;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
  /** Rejects while the update cannot be stored. */
  store(update: Update): Promise<void>;
  alive(proof: string): void;
  ailing(reason: string): void;
}

/** How long the server holds a poll open, seconds; well below the client's own time-out. */
const holdSeconds = 30;
/** Longest wait between two tries to store an update, milliseconds. */
const longestStoreWaitMs = 5000;

interface Progress {
  /** The first update that is not stored yet. */
  offset: number;
  /** Nothing was heard since the start or the last trouble: the next poll is to answer at once. */
  fresh: boolean;
  failures: number;
  /** When the trouble began. */
  since: number | undefined;
  /** Somebody set a webhook, which keeps polls away. */
  hooked: boolean;
}

/**
 * Takes updates until aborted, and confirms each only after it is stored: the next poll names the first one that is
 * not. An update that cannot be stored is tried again, and all later ones wait behind it.
 */
export async function poll(deps: PollingDeps, signal: AbortSignal): Promise<void> {
  const progress: Progress = { offset: 0, fresh: true, failures: 0, since: undefined, hooked: false };
  const confirmed = { offset: 0 };
  while (!signal.aborted) {
    const updates = await ask(deps, progress, signal);
    if (updates === undefined) continue;
    confirmed.offset = progress.offset;
    for (const update of updates) {
      if (!(await stored(deps, update, signal))) break;
      progress.offset = update.update_id + 1;
    }
  }
  if (progress.offset > confirmed.offset) await confirm(deps, progress);
}

/** undefined: there was no answer, and the wait is over. */
async function ask(
  deps: PollingDeps,
  progress: Progress,
  signal: AbortSignal,
): Promise<readonly Update[] | undefined> {
  const { api, alive } = deps;
  try {
    if (progress.hooked) await api.deleteWebhook({ drop_pending_updates: false }, clientSignal(signal));
    progress.hooked = false;
    const updates = await api.getUpdates(
      {
        ...(progress.offset === 0 ? {} : { offset: progress.offset }),
        timeout: progress.fresh ? 0 : holdSeconds,
        allowed_updates: wantedUpdates,
      },
      clientSignal(signal),
    );
    Object.assign(progress, { fresh: false, failures: 0, since: undefined });
    alive('Telegram answered a poll');
    return updates;
  } catch (error) {
    if (!signal.aborted) await endure(deps, progress, error, signal);
    return undefined;
  }
}

/** Says what is wrong, and waits as long as it makes sense. */
async function endure(
  deps: PollingDeps,
  progress: Progress,
  error: unknown,
  signal: AbortSignal,
): Promise<void> {
  const refusal = refusalOf(error);
  progress.failures += 1;
  progress.fresh = true;
  progress.since ??= deps.clock.now();
  if (refusal?.code === 409 && /webhook/i.test(refusal.description) && !progress.hooked) {
    progress.hooked = true;
    return;
  }
  const reason = reasonOf(refusal, deps.clock.now() - progress.since, error);
  if (reason !== undefined) deps.ailing(reason);
  await deps.clock.sleep(waitOf(refusal, progress, deps.random()), signal);
}

function waitOf(refusal: Refusal | undefined, { failures }: Progress, random: number): number {
  if (refusal?.retryAfterMs !== undefined) return refusal.retryAfterMs;
  if (refusal?.code === 401 || refusal?.code === 404) return slowMs;
  // A predecessor that is about to end is gone after a moment; a true rival is disturbed once a minute.
  if (refusal?.code === 409) return Math.min(slowMs, 2000 * 2 ** Math.min(failures - 1, 5));
  return backoff(failures + 1, random);
}

/** False: aborted before it was stored. */
async function stored(
  { store, clock, random }: PollingDeps,
  update: Update,
  signal: AbortSignal,
): Promise<boolean> {
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      await store(update);
      return true;
    } catch {
      // Whoever stores says why it cannot; here it only means: not yet.
      await clock.sleep(Math.min(longestStoreWaitMs, backoff(failures, random())), signal);
    }
  }
  return false;
}

/** What was stored is not sent again at the next start. */
async function confirm({ api }: PollingDeps, { offset }: Progress): Promise<void> {
  try {
    await api.getUpdates({ offset, limit: 1, timeout: 0 }, clientSignal(AbortSignal.timeout(3000)));
  } catch (error) {
    throw channelError('getUpdates', error);
  }
}
