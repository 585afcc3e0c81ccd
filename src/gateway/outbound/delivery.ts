/** The loop that makes threads show what they should, one call at a time, as the pace allows. */
import type { Outbound } from '../../core/channel.ts';
import { ChannelError, FencedOutError } from '../../core/errors.ts';
import type { PromptId } from '../../core/ids.ts';
import { isRunning } from '../../core/prompt.ts';
import type { SlotKey } from '../../core/slot.ts';
import { backoff } from '../../lib/retry.ts';
import { type Priority, priority } from '../../render/plan.ts';
import type { ThreadRow } from '../../store/types.ts';
import { type Due, overtakes, urgencyOf } from '../policy/order.ts';
import type { Outlet, Shard } from '../shard.ts';
import { outletOf } from '../shard.ts';
import { type Applier, createApplier, type Spot } from './apply.ts';
import { type Backlog, type BacklogEntry, createBacklog } from './backlog.ts';
import { finishScreen, passOver } from './finish.ts';
import { type Conditions, nextOf } from './next-step.ts';
import type { Turns } from './turns.ts';

/** Makes what threads show equal to what render says, with as few calls as the pace allows. */
export interface Delivery {
  /** Something that the thread shows may have changed. */
  touch(thread: ThreadRow, urgency: Priority): void;
  /** Something of this turn may have changed, in every thread that shows it. Costs no call and no query. */
  changed(prompt: PromptId, urgency: Priority): void;
  /**
   * Resolves when it is stored that the thread shows this message, outside any turn, as soon as it can. The
   * same slot again changes nothing.
   */
  say(thread: ThreadRow, slot: SlotKey, message: Outbound): Promise<void>;
  /** Works until aborted; rejects when the lease is lost. */
  run(signal: AbortSignal): Promise<void>;
}

interface Deps {
  readonly shard: Shard;
  readonly turns: Turns;
  readonly backlog: Backlog;
  readonly applier: Applier;
  readonly conditions: Conditions;
}

/** Between two looks at a thread whose platform is ill. */
const tries = { firstMs: 1000, longestMs: 60_000 };

export function createDelivery(shard: Shard, turns: Turns, conditions: Conditions): Delivery {
  const backlog = createBacklog(shard.clock);
  const deps: Deps = { shard, turns, backlog, applier: createApplier(shard), conditions };
  return {
    touch: (thread, urgency) => backlog.touch(thread, urgency, shard.clock.now()),
    changed: (prompt, urgency) => changed(deps, prompt, urgency),
    say: (thread, slot, message) => say(deps, thread, slot, message),
    run: (signal) => loop(deps, signal),
  };
}

function changed({ shard, turns, backlog }: Deps, prompt: PromptId, urgency: Priority): void {
  const now = shard.clock.now();
  for (const { thread, done } of turns.get(prompt)?.screens ?? []) {
    if (done) turns.show(prompt, thread.id, { done: false });
    backlog.touch(thread, urgency, now);
  }
}

async function say(
  { shard, backlog }: Deps,
  thread: ThreadRow,
  slot: SlotKey,
  message: Outbound,
): Promise<void> {
  const { store, lease, settings, clock } = shard;
  const isNew = await store.ledger.say(lease, thread.id, slot, settings.ids.post(thread.id, slot), message);
  // What is not new is on its desk, or was said.
  if (isNew) backlog.say(thread, { slot, message, doubtful: false }, clock.now());
}

async function loop(deps: Deps, signal: AbortSignal): Promise<void> {
  const { backlog, shard } = deps;
  for (const { thread, slot, content } of await shard.store.ledger.unsaid(shard.lease.name))
    backlog.say(thread, { slot, message: content, doubtful: true }, shard.clock.now());
  const failures: unknown[] = [];
  while (!signal.aborted) {
    const now = shard.clock.now();
    const waits: number[] = [];
    for (const entry of backlog.dirty()) {
      const delay = delayOf(deps, entry, now);
      if (delay === 0) void attend(deps, entry).catch((error: unknown) => failures.push(error));
      else waits.push(delay);
    }
    await backlog.changed(Math.min(...waits, 1000), signal);
    if (failures.length > 0) throw failures[0];
  }
  await backlog.idle();
  if (failures.length > 0) throw failures[0];
}

/** Rendering waits until a call may go out, so that what is sent is the newest. */
function delayOf({ shard }: Deps, entry: BacklogEntry, now: number): number {
  const pace = outletOf(shard, entry.thread)?.pace;
  const allowed = pace?.delay(entry.thread.address, 'edit', entry.urgency <= priority.final, now) ?? 0;
  return Math.max(0, entry.notBefore - now, allowed);
}

async function attend(deps: Deps, entry: BacklogEntry): Promise<void> {
  const { shard, backlog } = deps;
  const outlet = outletOf(shard, entry.thread);
  backlog.begin(entry);
  try {
    if (outlet === undefined) await passOver(deps, entry.thread.id);
    else await work(deps, entry, outlet);
    entry.failures = 0;
  } catch (error) {
    if (error instanceof FencedOutError) throw error;
    postpone(deps, entry, outlet, error);
  } finally {
    backlog.end(entry);
  }
}

async function work(deps: Deps, entry: BacklogEntry, outlet: Outlet): Promise<void> {
  const { turns, applier, backlog, shard } = deps;
  const notice = entry.notices[0];
  if (notice !== undefined) {
    const now = shard.clock.now();
    const wait = outlet.pace.delay(entry.thread.address, 'post', true, now);
    if (wait > 0) {
      backlog.touch(entry.thread, priority.end, now);
      entry.notBefore = now + wait;
      return;
    }
    if (await applier.say(outlet, entry.thread, notice)) entry.notices.shift();
    return backlog.touch(entry.thread, priority.end, shard.clock.now());
  }
  let first: Move | undefined;
  for (const { prompt } of turns.ofThread(entry.thread.id)) {
    const spot = { thread: entry.thread, prompt };
    const next = await nextOf(deps, spot, outlet);
    if (next === 'shown') await finishScreen(deps, spot);
    if (typeof next !== 'object') continue;
    const move = { spot, step: next, runs: isRunning(prompt) };
    if (first === undefined || overtakes(move, first)) first = move;
  }
  if (first !== undefined) await advance(deps, entry, outlet, first);
}

interface Move extends Due {
  readonly spot: Spot;
}

async function advance(
  { shard, backlog, applier }: Deps,
  entry: BacklogEntry,
  { adapter, pace }: Outlet,
  { spot, step }: Move,
): Promise<void> {
  const now = shard.clock.now();
  const call = step.type === 'post' ? 'post' : 'edit';
  const urgency = urgencyOf(step);
  const wait = pace.delay(spot.thread.address, call, urgency <= priority.final, now);
  backlog.touch(entry.thread, urgency, now);
  if (wait > 0) {
    // Something more urgent may have come meanwhile: it is looked at at once.
    if (entry.urgency >= urgency) entry.notBefore = now + wait;
    return;
  }
  pace.record(spot.thread.address, call, now);
  await applier.perform(adapter, spot, step);
}

/** The platform failed, or we did: the desk stays dirty and is looked at again later; no other thread waits. */
function postpone(
  { shard, backlog }: Deps,
  entry: BacklogEntry,
  outlet: Outlet | undefined,
  error: unknown,
): void {
  const now = shard.clock.now();
  entry.failures += 1;
  const failure = error instanceof ChannelError ? error.failure : undefined;
  const wait =
    failure?.reason === 'rate-limited'
      ? failure.retryAfterMs
      : backoff(entry.failures, shard.clock.random(), tries);
  if (failure?.reason === 'rate-limited') outlet?.pace.block(entry.thread.address, now + wait);
  entry.notBefore = now + wait;
  backlog.touch(entry.thread, entry.urgency, now);
  const fields = { thread: entry.thread.id, failures: entry.failures, retryInMs: Math.round(wait) };
  if (failure !== undefined) shard.log.warn({ ...fields, reason: failure.reason }, 'platform call failed');
  else shard.log.error({ ...fields, error }, 'a thread could not be brought up to date');
}
