/**
 * Threads that do not show yet what they should, most urgent first. Knows no platform and no clock of its own.
 */
import type { Outbound } from '../../core/channel.ts';
import type { ThreadId } from '../../core/ids.ts';
import type { SlotKey } from '../../core/slot.ts';
import type { Clock } from '../../lib/clock.ts';
import { createWake } from '../../lib/wake.ts';
import { type Priority, priority } from '../../render/plan.ts';
import type { ThreadRow } from '../../store/types.ts';

/** A message outside any turn, in a slot of its own. */
export interface Notice {
  slot: SlotKey;
  message: Outbound;
  /** It may have been posted, by us or by a process before us. */
  doubtful: boolean;
  /** The platform said no in words that we do not know: it is tried once more. */
  unclear?: boolean;
}

/** What delivery has to remember of a thread with something to show. One call is in flight at a time. */
export interface BacklogEntry {
  readonly thread: ThreadRow;
  readonly notices: Notice[];
  dirty: boolean;
  busy: boolean;
  urgency: Priority;
  /** When the oldest change that is not shown came, milliseconds. */
  since: number;
  /** Not to be looked at before, milliseconds. */
  notBefore: number;
  failures: number;
}

export interface Backlog {
  touch(thread: ThreadRow, urgency: Priority, now: number): void;
  say(thread: ThreadRow, notice: Notice, now: number): void;
  /** Threads to look at that have no call in flight: most urgent first, then most stale. */
  dirty(): readonly BacklogEntry[];
  begin(entry: BacklogEntry): void;
  end(entry: BacklogEntry): void;
  /** Resolves at the next change, after `ms`, or when aborted. */
  changed(ms: number, signal: AbortSignal): Promise<void>;
  /** Resolves when no call is in flight. */
  idle(): Promise<void>;
}

export function createBacklog(clock: Pick<Clock, 'sleep'>): Backlog {
  const backlog = new Map<ThreadId, BacklogEntry>();
  const { wake, wait } = createWake(clock);
  return {
    touch(thread, urgency, now) {
      if (touchEntry(entryOf(backlog, thread), urgency, now)) wake();
    },
    say(thread, notice, now) {
      const entry = entryOf(backlog, thread);
      entry.notices.push(notice);
      if (touchEntry(entry, priority.end, now)) wake();
    },
    dirty: () =>
      [...backlog.values()]
        .filter((entry) => entry.dirty && !entry.busy)
        .toSorted((a, b) => a.urgency - b.urgency || a.since - b.since),
    begin(entry) {
      entry.busy = true;
      entry.dirty = false;
      entry.notBefore = 0;
    },
    end(entry) {
      entry.busy = false;
      if (!entry.dirty && entry.notices.length === 0) backlog.delete(entry.thread.id);
      wake();
    },
    changed: (ms, signal) => wait(ms, signal),
    async idle() {
      const whole = new AbortController().signal;
      while ([...backlog.values()].some((entry) => entry.busy)) await wait(1000, whole);
    },
  };
}

function entryOf(backlog: Map<ThreadId, BacklogEntry>, thread: ThreadRow): BacklogEntry {
  const fresh = {
    dirty: false,
    busy: false,
    urgency: priority.progress,
    since: 0,
    notBefore: 0,
    failures: 0,
  };
  const entry = backlog.get(thread.id) ?? { thread, notices: [], ...fresh };
  backlog.set(thread.id, entry);
  return entry;
}

/** False where the desk was as dirty as that already: token events then cost no wake-up. */
function touchEntry(entry: BacklogEntry, urgency: Priority, now: number): boolean {
  if (entry.dirty && entry.urgency <= urgency) return false;
  // What was held back by the pace of progress may go now, but not to a platform that is ill.
  if (urgency <= priority.final && entry.failures === 0) entry.notBefore = 0;
  entry.urgency = urgency;
  entry.since = entry.dirty ? entry.since : now;
  entry.dirty = true;
  return true;
}
