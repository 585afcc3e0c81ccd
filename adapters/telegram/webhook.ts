/** The webhook at Telegram: set, looked after, and set again where another program took it. */
import type { Api } from 'grammy';
import type { Clock } from '../../src/lib/clock.ts';
import { backoff } from '../../src/lib/retry.ts';
import { clientSignal } from './client.ts';
import { type Refusal, reasonOf, refusalOf, slowMs } from './failures.ts';
import { wantedUpdates } from './inbound.ts';

export interface WebhookDeps {
  readonly api: Api;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
  /** The whole address, which Telegram is told. */
  readonly url: string;
  readonly secret: string;
  alive(proof: string): void;
  ailing(reason: string): void;
}

/** Chats whose updates come at the same time; those of one chat come one by one. */
const mostConnections = 40;
/** How often it is looked whether updates arrive, milliseconds. */
const lookMs = 60_000;
/** An error counts while it is younger than this, milliseconds: Telegram tries again at least every two minutes. */
const freshMs = 300_000;

interface Progress {
  /** Telegram took our address, then; undefined: it is to be told. */
  begun: number | undefined;
  failures: number;
  /** When the trouble began. */
  since: number;
}

/**
 * Has updates brought to `url` until aborted. What waits at Telegram is kept, also at the end: it is brought to the
 * next process, or polled by it.
 */
export async function hook(deps: WebhookDeps, signal: AbortSignal): Promise<void> {
  const { clock } = deps;
  const progress: Progress = { begun: undefined, failures: 0, since: clock.now() };
  while (!signal.aborted) {
    const wait = await step(deps, progress, signal);
    await clock.sleep(wait, signal);
  }
}

/** Milliseconds until the next one. */
async function step(deps: WebhookDeps, progress: Progress, signal: AbortSignal): Promise<number> {
  const { clock } = deps;
  try {
    if (progress.begun === undefined) {
      await begin(deps, signal);
      progress.begun = clock.now();
    } else if (!(await look(deps, progress.begun, signal))) progress.begun = undefined;
    Object.assign(progress, { failures: 0, since: clock.now() });
    return lookMs;
  } catch (error) {
    return signal.aborted ? 0 : endure(deps, progress, error);
  }
}

/** Says what is wrong; milliseconds until it makes sense to try again. */
function endure({ clock, random, ailing }: WebhookDeps, progress: Progress, error: unknown): number {
  progress.failures += 1;
  const refusal = refusalOf(error);
  const reason = refusedOf(refusal) ?? reasonOf(refusal, clock.now() - progress.since, error);
  if (reason !== undefined) ailing(reason);
  if (refusal?.retryAfterMs !== undefined) return refusal.retryAfterMs;
  const final = refusal !== undefined && refusal.code < 500;
  return final ? slowMs : backoff(progress.failures + 1, random());
}

async function begin({ api, url, secret, alive }: WebhookDeps, signal: AbortSignal): Promise<void> {
  await api.setWebhook(
    url,
    {
      secret_token: secret,
      allowed_updates: wantedUpdates,
      max_connections: mostConnections,
      drop_pending_updates: false,
    },
    clientSignal(signal),
  );
  alive(`Telegram brings updates to ${new URL(url).host}`);
}

/** False: the webhook is not ours any more. What failed before it was set at `begun` is over. */
async function look(deps: WebhookDeps, begun: number, signal: AbortSignal): Promise<boolean> {
  const { api, clock, url, alive, ailing } = deps;
  const info = await api.getWebhookInfo(clientSignal(signal));
  if (info.url !== url) {
    const rival = info.url ? `set its webhook to ${new URL(info.url).host}` : 'took its webhook away';
    ailing(
      `Another program with this bot token ${rival}, and Telegram brings messages to one only. Ours is set again within a minute; stop the other program, or give each a bot of its own.`,
    );
    return false;
  }
  const failed = (info.last_error_date ?? 0) * 1000 > Math.max(begun, clock.now() - freshMs);
  if (failed && info.pending_update_count > 0) ailing(unreachable(url, info.last_error_message));
  else alive(`Telegram has nothing that it could not bring to ${new URL(url).host}`);
  return true;
}

const hints: readonly (readonly [RegExp, string])[] = [
  [
    /40[13]/,
    'Something before Dragoman refuses it, or another program with this bot token set another secret.',
  ],
  [/50[0-9]/, 'What answers there is ill: the log of Dragoman, or of the proxy before it, says why.'],
];
const otherHint = 'See that this address leads to the web port, with a valid certificate.';

/** Why nothing arrives, and what to do, in Telegram's own words. */
export function unreachable(url: string, words = 'no reason was given'): string {
  const hint = hints.find(([sign]) => sign.test(words))?.[1] ?? otherHint;
  return `Telegram cannot bring messages to ${url} (${words}). It tries again for a day. ${hint}`;
}

function refusedOf(refusal: Refusal | undefined): string | undefined {
  return refusal?.code === 400
    ? `Telegram does not take the address in TELEGRAM_WEBHOOK_URL (${refusal.description}). It must be public, with https and a valid certificate, on port 443, 80, 88 or 8443.`
    : undefined;
}
