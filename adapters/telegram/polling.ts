/**
 * Updates by long polls: a poll confirms all before the one that it names, so it is the acknowledgement, and it names
 * the first that is not stored.
 */
import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import type { HostLog } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { backoff } from '../../src/lib/retry.ts';
import { clientSignal } from './client.ts';
import { channelError, type Refusal, reasonOf, refusalOf, slowMs } from './failures.ts';
import { wantedUpdates } from './inbound.ts';
import { createUpdateWindow, type UpdateWindow } from './update-window.ts';

export interface PollingDeps {
  readonly api: Api;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
  /** Rejects while the update cannot be stored. */
  store(update: Update): Promise<void>;
  readonly log: Pick<HostLog, 'warn'>;
  alive(proof: string): void;
  ailing(reason: string): void;
}

/** How long the server holds a poll open, seconds; well below the client's own time-out. */
const holdSeconds = 30;
/** Between two polls while something that was heard is not stored: each brings that again, milliseconds. */
const pauseMs = 1000;

interface Progress {
  /** Nothing was heard since the start or the last trouble: the next poll is to answer at once. */
  fresh: boolean;
  failures: number;
  /** When the trouble began. */
  since: number | undefined;
  /** Somebody set a webhook, which keeps polls away. */
  hooked: boolean;
}

/**
 * Takes updates until aborted, and confirms each only after it is stored. One that cannot be stored is tried again;
 * those of other chats do not wait for it.
 */
export async function poll(deps: PollingDeps, signal: AbortSignal): Promise<void> {
  const progress: Progress = { fresh: true, failures: 0, since: undefined, hooked: false };
  const window = createUpdateWindow({ ...deps, signal });
  const confirmed = { offset: 0 };
  while (!signal.aborted) {
    const offset = window.offset();
    const updates = await ask(deps, progress, offset, signal);
    if (updates === undefined) continue;
    confirmed.offset = offset;
    await window.take(updates);
    if (window.isWaiting()) await deps.clock.sleep(pauseMs, signal);
  }
  await window.ended();
  if (window.offset() > confirmed.offset) await confirm(deps, window);
}

/** undefined: there was no answer, and the wait is over. */
async function ask(
  deps: PollingDeps,
  progress: Progress,
  offset: number,
  signal: AbortSignal,
): Promise<readonly Update[] | undefined> {
  const { api, alive } = deps;
  try {
    if (progress.hooked) await api.deleteWebhook({ drop_pending_updates: false }, clientSignal(signal));
    progress.hooked = false;
    const updates = await api.getUpdates(
      {
        ...(offset === 0 ? {} : { offset }),
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

/** What was stored is not sent again at the next start. */
async function confirm({ api }: PollingDeps, window: UpdateWindow): Promise<void> {
  try {
    await api.getUpdates(
      { offset: window.offset(), limit: 1, timeout: 0 },
      clientSignal(AbortSignal.timeout(3000)),
    );
  } catch (error) {
    throw channelError('getUpdates', error);
  }
}
