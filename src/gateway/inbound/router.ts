/** Claims what was stored, in order within each thread, and gives it to whoever handles it. */
import { AgentUnavailableError, FencedOutError, UserError } from '../../core/errors.ts';
import type { ThreadId } from '../../core/ids.ts';
import { createReference } from '../../lib/reference.ts';
import { backoff } from '../../lib/retry.ts';
import type { InboxRow } from '../../store/types.ts';
import { turnAway } from '../access/denial.ts';
import type { Guard } from '../access/guard.ts';
import { DeniedError } from '../access/guard.ts';
import { recordReason } from '../access/reasons.ts';
import type { Commands } from '../commands/dispatch.ts';
import type { Notices } from '../outbound/notices.ts';
import type { Shard } from '../shard.ts';
import type { Messages } from './messages.ts';
import type { Presses } from './presses.ts';

/** Hands each event of the inbox to its handler: in order within a thread, threads beside one another. */
export interface Router {
  /** Works until aborted; rejects when the lease is lost. */
  run(signal: AbortSignal): Promise<void>;
}

interface Deps {
  readonly shard: Shard;
  readonly guard: Guard;
  readonly messages: Messages;
  readonly actions: Presses;
  readonly commands: Commands;
  readonly notices: Notices;
}

interface State extends Deps {
  /** Threads with an event in hand. */
  readonly busy: Set<ThreadId>;
  /** The last look at the inbox. */
  looked: Promise<void>;
  /** What a thread's chain could not survive; ends the router at its next round. */
  readonly failures: unknown[];
}

/** Events looked at in one go. */
const batch = 200;
/** The poll: a lost notification costs at most this long, milliseconds. */
const pollMs = 1000;
/** After so many tries an event is given up, and its author told. */
const mostAttempts = 5;
/** Between two tries of one event. */
const tries = { firstMs: 500, longestMs: 32_000 };

export function createRouter(deps: Deps): Router {
  return {
    async run(signal) {
      const state: State = { ...deps, busy: new Set(), looked: Promise.resolve(), failures: [] };
      while (!signal.aborted) {
        await pump(state, signal);
        await deps.shard.store.wait(pollMs, signal);
        if (state.failures.length > 0) throw state.failures[0];
      }
    },
  };
}

/** One look at a time: two beside one another could hand out the same event twice. */
function pump(state: State, signal: AbortSignal): Promise<void> {
  state.looked = state.looked.then(() => look(state, signal));
  return state.looked;
}

/**
 * Threads in hand are left out, and it is looked again while there may be more than was seen: one thread with many
 * events hides no other.
 */
async function look(state: State, signal: AbortSignal): Promise<void> {
  const { store, lease } = state.shard;
  for (let full = true; full && !signal.aborted; ) {
    const rows = await store.inbox.pending(lease.name, batch, [...state.busy]);
    for (const [thread, events] of Map.groupBy(rows, (row) => row.thread.id)) {
      state.busy.add(thread);
      void chain(state, thread, events, signal).catch((error: unknown) => state.failures.push(error));
    }
    full = rows.length === batch;
  }
}

/** What the thread has got meanwhile is found by the next look. */
async function chain(
  state: State,
  thread: ThreadId,
  rows: readonly InboxRow[],
  signal: AbortSignal,
): Promise<void> {
  for (const row of rows) {
    if (signal.aborted || !(await handleOnce(state, row))) break;
  }
  state.busy.delete(thread);
  if (!signal.aborted) await pump(state, signal);
}

/** False: the event has to wait, and the thread's later ones with it. */
async function handleOnce(state: State, row: InboxRow): Promise<boolean> {
  const { store, lease } = state.shard;
  try {
    const reason = await handle(state, row).catch((error: unknown) => refuse(state, row, error));
    if (reason !== undefined) await recordReason(state.shard, row, reason);
    await store.inbox.finish(lease, row.id, reason);
    return true;
  } catch (error) {
    if (error instanceof FencedOutError) throw error;
    return failedOnce(state, row, error);
  }
}

/** Says what is to be said to the person, and to them only; the reason. Throws what is no refusal. */
async function refuse({ shard, notices }: State, row: InboxRow, error: unknown): Promise<string> {
  if (error instanceof DeniedError) {
    await turnAway({ shard, notices }, row, error);
    return error.denied.reason;
  }
  const sentence = sentenceOf(error);
  if (sentence === undefined) throw error;
  await notices.answer(row, sentence);
  return 'it was refused with a sentence to the one who wanted it';
}

function sentenceOf(error: unknown): string | undefined {
  if (error instanceof UserError) return error.message;
  if (error instanceof AgentUnavailableError)
    return 'The agent server does not answer now. Try again when it is back.';
  return undefined;
}

/** What was done about it, where nothing was: the reason. */
async function handle(
  { guard, messages, actions, commands }: State,
  row: InboxRow,
): Promise<string | undefined> {
  const { event } = row;
  switch (event.type) {
    case 'message':
      return messages.said(row, event);
    case 'message-edited':
      return messages.edited(row, event);
    case 'message-deleted':
      return messages.deleted(row, event);
    case 'command':
      // Also where there is no such command: whoever is unknown meets the door first.
      await guard.demand(event, 'view');
      return commands.called(row, event);
    case 'button':
      return actions.pressed(row, event, {});
    case 'form':
      return actions.pressed(row, event, event.fields);
  }
}

async function failedOnce({ shard, notices }: State, row: InboxRow, error: unknown): Promise<boolean> {
  const { store, lease, log, clock } = shard;
  if (row.attempts + 1 < mostAttempts) {
    log.warn({ inbox: row.id, attempt: row.attempts + 1, error }, 'event could not be handled yet');
    const waitMs = backoff(row.attempts + 1, clock.random(), tries);
    await store.inbox.postpone(lease, row.id, waitMs, String(error));
    return false;
  }
  const reference = createReference();
  log.error({ inbox: row.id, reference, error }, 'event was given up');
  await notices.answer(
    row,
    `Something went wrong on our side; the agent is not affected. Reference ${reference}.`,
  );
  await recordReason(shard, row, 'something went wrong on our side', reference);
  await store.inbox.finish(lease, row.id, 'given up');
  return true;
}
