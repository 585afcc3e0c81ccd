import type { Outbound } from '../../core/channel.ts';
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
}

/** What delivery has to remember of a thread with something to show. One call is in flight at a time. */
export interface Desk {
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

export interface Desks {
  touch(thread: ThreadRow, urgency: Priority, now: number): void;
  say(thread: ThreadRow, notice: Notice, now: number): void;
  /** Threads to look at that have no call in flight: most urgent first, then most stale. */
  dirty(): readonly Desk[];
  begin(desk: Desk): void;
  end(desk: Desk): void;
  /** Resolves at the next change, after `ms`, or when aborted. */
  changed(ms: number, signal: AbortSignal): Promise<void>;
  /** Resolves when no call is in flight. */
  idle(): Promise<void>;
}

export function createDesks(clock: Pick<Clock, 'sleep'>): Desks {
  const desks = new Map<number, Desk>();
  const { wake, wait } = createWake(clock);
  return {
    touch(thread, urgency, now) {
      if (touchDesk(deskOf(desks, thread), urgency, now)) wake();
    },
    say(thread, notice, now) {
      const desk = deskOf(desks, thread);
      desk.notices.push(notice);
      if (touchDesk(desk, priority.end, now)) wake();
    },
    dirty: () =>
      [...desks.values()]
        .filter((desk) => desk.dirty && !desk.busy)
        .toSorted((a, b) => a.urgency - b.urgency || a.since - b.since),
    begin(desk) {
      desk.busy = true;
      desk.dirty = false;
      desk.notBefore = 0;
    },
    end(desk) {
      desk.busy = false;
      if (!desk.dirty && desk.notices.length === 0) desks.delete(desk.thread.id);
      wake();
    },
    changed: (ms, signal) => wait(ms, signal),
    async idle() {
      const whole = new AbortController().signal;
      while ([...desks.values()].some((desk) => desk.busy)) await wait(1000, whole);
    },
  };
}

function deskOf(desks: Map<number, Desk>, thread: ThreadRow): Desk {
  const fresh = {
    dirty: false,
    busy: false,
    urgency: priority.progress,
    since: 0,
    notBefore: 0,
    failures: 0,
  };
  const desk = desks.get(thread.id) ?? { thread, notices: [], ...fresh };
  desks.set(thread.id, desk);
  return desk;
}

/** False where the desk was as dirty as that already: token events then cost no wake-up. */
function touchDesk(desk: Desk, urgency: Priority, now: number): boolean {
  if (desk.dirty && desk.urgency <= urgency) return false;
  // What was held back by the pace of progress may go now, but not to a platform that is ill.
  if (urgency <= priority.final && desk.failures === 0) desk.notBefore = 0;
  desk.urgency = urgency;
  desk.since = desk.dirty ? desk.since : now;
  desk.dirty = true;
  return true;
}
