/**
 * Updates that were heard and are not all confirmed yet: stored in order within a chat, chats beside one another. One
 * that cannot be stored holds up its own chat only, and what was heard of the others is not heard twice.
 */
import type { Update } from 'grammy/types';
import type { HostLog } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createLanes } from '../../src/lib/lanes.ts';
import { backoff } from '../../src/lib/retry.ts';

export interface UpdateWindow {
  /** The first update that is not stored, which is what the next poll names; 0: none was heard yet. */
  offset(): number;
  /** Something was heard and is not stored. */
  isWaiting(): boolean;
  /** Stores what is new of these; resolves when all of it is stored, or as soon as something could not be. */
  take(updates: readonly Update[]): Promise<void>;
  /** Resolves when nothing is under way; after the abort. */
  ended(): Promise<void>;
}

export interface UpdateWindowDeps {
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
  /** Rejects while the update cannot be stored. */
  store(update: Update): Promise<void>;
  readonly log: Pick<HostLog, 'warn'>;
  readonly signal: AbortSignal;
}

/** Longest wait between two tries to store an update, milliseconds. */
const longestStoreWaitMs = 5000;
/** An update is given up after so many tries, where others could be stored meanwhile: it is not the store that ails. */
const mostTries = 20;

interface State extends UpdateWindowDeps {
  /** Heard and not stored. */
  readonly waiting: Map<number, Promise<void>>;
  /** Stored, while an earlier one is not. */
  readonly done: Set<number>;
  next: number;
  /** How many were stored so far. */
  stored: number;
  /** Resolves at the next failure. */
  failed: PromiseWithResolvers<void>;
}

export function createUpdateWindow(deps: UpdateWindowDeps): UpdateWindow {
  const lanes = createLanes();
  const state: State = {
    ...deps,
    waiting: new Map(),
    done: new Set(),
    next: 0,
    stored: 0,
    failed: Promise.withResolvers(),
  };
  return {
    offset: () => Math.min(state.next, ...state.waiting.keys()),
    isWaiting: () => state.waiting.size > 0,
    async take(updates) {
      state.failed = Promise.withResolvers();
      const begun = updates.flatMap((update) => {
        const { update_id: id } = update;
        if (state.waiting.has(id) || state.done.has(id)) return [];
        state.next = Math.max(state.next, id + 1);
        const kept = lanes.run(chatOf(update), () => keep(state, update));
        state.waiting.set(id, kept);
        return [kept];
      });
      await Promise.race([Promise.all(begun), state.failed.promise]);
      forget(state);
    },
    ended: async () => void (await Promise.all(state.waiting.values())),
  };
}

/** What is confirmed by the next poll does not come again. */
function forget({ waiting, done, next }: State): void {
  const first = Math.min(next, ...waiting.keys());
  for (const id of done) if (id < first) done.delete(id);
}

/** Does not reject. Stays among those that wait where it is aborted before it is stored. */
async function keep(state: State, update: Update): Promise<void> {
  if (!(await isOver(state, update))) return;
  state.waiting.delete(update.update_id);
  state.done.add(update.update_id);
}

/** False: aborted before it was stored. */
async function isOver(state: State, update: Update): Promise<boolean> {
  const { store, clock, random, signal, log } = state;
  const before = state.stored;
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      await store(update);
      state.stored += 1;
      return true;
    } catch {
      // Whoever stores says why it cannot; here it only means: not yet.
      if (failures >= mostTries && state.stored > before) {
        const id = update.update_id;
        log.warn({ update: id, tries: failures }, 'an update was given up: others could be stored meanwhile');
        return true;
      }
      state.failed.resolve();
      await clock.sleep(Math.min(longestStoreWaitMs, backoff(failures, random())), signal);
    }
  }
  return false;
}

/** Where it happened, as far as that tells what must stay in order. */
function chatOf(update: Update): string {
  const { message, edited_message: edited, callback_query: query } = update;
  const { my_chat_member: member, stopped_message_generation: stopped } = update;
  const chat = (message ?? edited ?? query?.message ?? member ?? stopped)?.chat;
  return String(chat?.id ?? '');
}
