/**
 * Updates brought to a webhook: those of one chat one by one, a failed one again and again before the next, and
 * several chats at once.
 */
import type { Update } from 'grammy/types';
import { bad } from './refusal.ts';

/** Where updates are to be brought. */
export interface Hook {
  /** Empty: nowhere. */
  readonly url: string;
  readonly secret: string;
  readonly connections: number;
}

export const noHook: Hook = { url: '', secret: '', connections: 40 };

/** What went wrong last; `at`: epoch milliseconds. */
export interface Failure {
  readonly at: number;
  readonly words: string;
}

export interface Deliveries {
  /** Something may be there to bring. */
  wake(): void;
  failure(): Failure | undefined;
  forget(): void;
  close(): void;
}

export interface DeliveriesDeps {
  hook(): Hook;
  /** What is not confirmed, the oldest first. */
  pending(): readonly Update[];
  confirm(update: Update): void;
  now(): number;
  /** Milliseconds until the first new try; doubled with each. The real one waits a second. */
  readonly pauseMs: number;
  /** Whoever answers for a host; undefined: nobody. */
  reach(host: string): string | undefined;
}

const longestPauses = 64;

interface State extends DeliveriesDeps {
  /** Chats with an update on its way, or one that waits for a new try. */
  readonly busy: Set<string>;
  readonly ending: AbortController;
  failure: Failure | undefined;
}

export function createDeliveries(deps: DeliveriesDeps): Deliveries {
  const state: State = { ...deps, busy: new Set(), ending: new AbortController(), failure: undefined };
  return {
    wake: () => wake(state),
    failure: () => state.failure,
    forget() {
      state.failure = undefined;
    },
    close: () => state.ending.abort(),
  };
}

function wake(state: State): void {
  const { hook, busy, pending, ending, reach } = state;
  const { url } = hook();
  // Where nobody answers, the real one waits for a long time before it calls that a failure.
  if (url === '' || reach(new URL(url).host) === undefined || ending.signal.aborted) return;
  for (const update of pending()) {
    const lane = laneOf(update);
    if (busy.has(lane) || busy.size >= hook().connections) continue;
    busy.add(lane);
    void bring(state, update, lane, 1);
  }
}

/** Ends when it was taken, the webhook is another one, or all is over. */
async function bring(state: State, update: Update, lane: string, pauses: number): Promise<void> {
  const { hook, busy, pauseMs, now, confirm, ending } = state;
  const { url } = hook();
  const words = await refusal(state, update);
  const same = hook().url === url && url !== '' && !ending.signal.aborted;
  if (words !== undefined && same) {
    state.failure = { at: now(), words };
    setTimeout(() => bring(state, update, lane, Math.min(longestPauses, pauses * 2)), pauseMs * pauses);
    return;
  }
  if (words === undefined) confirm(update);
  busy.delete(lane);
  wake(state);
}

/** Why it was not taken. A webhook that was taken away meanwhile has got it all the same. */
async function refusal({ hook, reach, ending }: State, update: Update): Promise<string | undefined> {
  const { url, secret } = hook();
  if (url === '') return 'no webhook';
  const { host, pathname } = new URL(url);
  const origin = reach(host);
  if (origin === undefined) return 'Connection refused';
  try {
    const response = await fetch(`${origin}${pathname}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(secret === '' ? {} : { 'x-telegram-bot-api-secret-token': secret }),
      },
      body: JSON.stringify(update),
      redirect: 'manual',
      signal: ending.signal,
    });
    await response.arrayBuffer();
    return response.ok
      ? undefined
      : `Wrong response from the webhook: ${response.status} ${response.statusText}`.trim();
  } catch {
    return 'Connection reset by peer';
  }
}

/** Messages of a chat go one by one; presses have a lane of their own for each person. */
function laneOf(update: Update): string {
  const { callback_query: press } = update;
  if (press !== undefined) return `presses of ${press.from.id}`;
  const chats = Object.values(update).flatMap((content: unknown) =>
    typeof content === 'object' && content !== null && 'chat' in content ? [content.chat] : [],
  );
  const [chat] = chats as readonly { readonly id: number }[];
  return `chat ${chat?.id ?? ''}`;
}

const reserved = /^(localhost|127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.|\[)/;

/** Throws where Telegram would not take it. */
export function checkHook({ url, secret, connections }: Hook): void {
  if (!url.startsWith('https://')) throw bad('bad webhook: An HTTPS URL must be provided for webhook');
  const { hostname, port } = new URL(url);
  if (reserved.test(hostname)) throw bad(`bad webhook: IP address ${hostname} is reserved`);
  if (!['', '443', '80', '88', '8443'].includes(port))
    throw bad('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
  if (!/^[\w-]{0,256}$/.test(secret)) throw bad('secret token contains unallowed characters');
  if (connections < 1 || connections > 100) throw bad('invalid parameter "max_connections"');
}
