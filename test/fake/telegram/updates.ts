import type { Update } from 'grammy/types';
import type { Faults } from '../faults.ts';
import { bad, conflict } from './refusal.ts';
import { createDeliveries, type Deliveries, type Failure, type Hook, noHook } from './webhooks.ts';

/** Kinds that are not sent unless they are asked for by name. */
const onlyOnRequest = new Set(['chat_member', 'message_reaction', 'message_reaction_count']);
/** How long an update waits for its bot, milliseconds. */
const dayMs = 24 * 3_600_000;
const pressMs = 150_000;
const longestPollSeconds = 50;

export type UpdateContent = Omit<Update, 'update_id'>;

export interface Updates {
  /** Something happened; it is kept if its kind is asked for. */
  add(content: UpdateContent): void;
  /** Resolves with what is not confirmed, at once or when something happens, or empty after the time. */
  poll(query: PollQuery): Promise<readonly Update[]>;
  /** Empty: updates are polled from now on. */
  setWebhook(url: string, how?: Omit<Hook, 'url'>): void;
  readonly webhook: () => Hook;
  /** Why an update was not taken by the webhook last. */
  readonly failure: () => Failure | undefined;
  readonly allowed: () => readonly string[];
  /** How many are not confirmed. */
  pending(): number;
  drop(): void;
  /** Whether a poll waits now. */
  polled(): boolean;
  allow(kinds: readonly string[] | undefined): void;
  close(): void;
}

export interface PollQuery {
  readonly offset: number;
  readonly limit: number;
  readonly timeout: number;
  readonly allowed: readonly string[] | undefined;
  /** The one who polls has gone. */
  readonly gone: AbortSignal;
}

interface Kept {
  readonly update: Update;
  readonly at: number;
}

interface State {
  readonly queue: Kept[];
  readonly now: () => number;
  next: number;
  allowed: readonly string[];
  webhook: Hook;
  waiting: Waiting | undefined;
}

/** What stands before the bot's programs on the internet: a name, and where it hands requests on to. */
export type Hosts = ReadonlyMap<string, string>;

/** The real one waits a second, milliseconds. */
const webhookPauseMs = 20;

interface Waiting {
  wake(): void;
  end(reason: Error): void;
}

export function createUpdates(now: () => number, faults: Faults, hosts: Hosts): Updates {
  const state: State = { queue: [], now, next: 700_001, allowed: [], webhook: noHook, waiting: undefined };
  const deliveries = deliveriesOf(state, hosts);
  return {
    add(content) {
      const kind = Object.keys(content)[0] ?? '';
      if (!isAsked(state, kind)) return;
      const update: Update = { update_id: state.next, ...content };
      state.next += 1;
      faults.pass(kind, JSON.stringify(content), () => {
        state.queue.push({ update, at: now() });
        state.waiting?.wake();
        deliveries.wake();
      });
    },
    poll: (query) => poll(state, query),
    setWebhook(url, how = noHook) {
      state.webhook = { ...how, url };
      if (url !== '') state.waiting?.end(conflict('terminated by setWebhook request'));
      else deliveries.forget();
      deliveries.wake();
    },
    webhook: () => state.webhook,
    failure: () => deliveries.failure(),
    allowed: () => state.allowed,
    pending: () => fresh(state).length,
    drop: () => void state.queue.splice(0),
    polled: () => state.waiting !== undefined,
    allow: (kinds) => allow(state, kinds),
    close() {
      state.waiting?.wake();
      deliveries.close();
    },
  };
}

function deliveriesOf(state: State, hosts: Hosts): Deliveries {
  return createDeliveries({
    hook: () => state.webhook,
    pending: () => fresh(state).map(({ update }) => update),
    confirm(taken) {
      const at = state.queue.findIndex(({ update }) => update === taken);
      if (at >= 0) state.queue.splice(at, 1);
    },
    now: state.now,
    pauseMs: webhookPauseMs,
    reach: (host) => hosts.get(host),
  });
}

function allow(state: State, kinds: readonly string[] | undefined): void {
  if (kinds !== undefined) state.allowed = kinds;
}

function isAsked({ allowed }: State, kind: string): boolean {
  return allowed.length === 0 ? !onlyOnRequest.has(kind) : allowed.includes(kind);
}

function fresh(state: State): readonly Kept[] {
  const now = state.now();
  return state.queue.filter(
    ({ at, update }) => now - at < (update.callback_query === undefined ? dayMs : pressMs),
  );
}

async function poll(state: State, query: PollQuery): Promise<readonly Update[]> {
  if (state.webhook.url !== '')
    throw conflict(
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  if (query.limit < 1 || query.limit > 100) throw bad('invalid parameter "limit"');
  state.waiting?.end(
    conflict('terminated by other getUpdates request; make sure that only one bot instance is running'),
  );
  allow(state, query.allowed);
  confirm(state, query.offset);
  const ready = take(state, query);
  if (ready.length > 0 || query.timeout === 0) return ready;
  await something(state, query);
  return take(state, query);
}

/** Those below the offset are forgotten; a negative one keeps only the last. */
function confirm(state: State, offset: number): void {
  const kept =
    offset < 0 ? state.queue.slice(offset) : state.queue.filter(({ update }) => update.update_id >= offset);
  state.queue.splice(0, state.queue.length, ...kept);
}

function take(state: State, { limit }: PollQuery): readonly Update[] {
  return fresh(state)
    .slice(0, limit)
    .map(({ update }) => update);
}

/** Resolves when there may be something, the time is over, or the asker has gone. */
async function something(state: State, { timeout, gone }: PollQuery): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const waiting: Waiting = { wake: resolve, end: reject };
  state.waiting = waiting;
  const timer = setTimeout(resolve, Math.min(timeout, longestPollSeconds) * 1000);
  const leave = () => resolve();
  gone.addEventListener('abort', leave, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    gone.removeEventListener('abort', leave);
    if (state.waiting === waiting) state.waiting = undefined;
  }
}
