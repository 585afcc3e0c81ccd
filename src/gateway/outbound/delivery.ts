import type { Outbound } from '../../core/channel.ts';
import { ChannelError, FencedOutError } from '../../core/errors.ts';
import { isRunning } from '../../core/prompt.ts';
import type { SlotKey } from '../../core/slot.ts';
import { backoff } from '../../lib/retry.ts';
import { type Priority, priority } from '../../render/plan.ts';
import type { ThreadRow } from '../../store/types.ts';
import { type Due, overtakes, urgencyOf } from '../policy/order.ts';
import type { Channel, Shard } from '../shard.ts';
import { createDisplay, type Display, type Spot } from './apply.ts';
import { createDesks, type Desk, type Desks } from './backlog.ts';
import { pass, rest } from './finish.ts';
import { type Conditions, nextOf } from './next-step.ts';
import type { Turns } from './turns.ts';

/** Makes what threads show equal to what render says, with as few calls as the pace allows. */
export interface Delivery {
  /** Something that the thread shows may have changed. */
  touch(thread: ThreadRow, urgency: Priority): void;
  /** Something of this turn may have changed, in every thread that shows it. Costs no call and no query. */
  changed(prompt: number, urgency: Priority): void;
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
  readonly desks: Desks;
  readonly display: Display;
  readonly conditions: Conditions;
}

/** Between two looks at a thread whose platform is ill. */
const tries = { firstMs: 1000, longestMs: 60_000 };

export function createDelivery(shard: Shard, turns: Turns, conditions: Conditions): Delivery {
  const desks = createDesks(shard.clock);
  const deps: Deps = { shard, turns, desks, display: createDisplay(shard), conditions };
  return {
    touch: (thread, urgency) => desks.touch(thread, urgency, shard.clock.now()),
    changed: (prompt, urgency) => changed(deps, prompt, urgency),
    say: (thread, slot, message) => say(deps, thread, slot, message),
    run: (signal) => loop(deps, signal),
  };
}

function changed({ shard, turns, desks }: Deps, prompt: number, urgency: Priority): void {
  const now = shard.clock.now();
  for (const { thread, done } of turns.get(prompt)?.screens ?? []) {
    if (done) turns.show(prompt, thread.id, { done: false });
    desks.touch(thread, urgency, now);
  }
}

async function say(
  { shard, desks }: Deps,
  thread: ThreadRow,
  slot: SlotKey,
  message: Outbound,
): Promise<void> {
  const { store, lease, settings, clock } = shard;
  const isNew = await store.ledger.say(lease, thread.id, slot, settings.ids.post(thread.id, slot), message);
  // What is not new is on its desk, or was said.
  if (isNew) desks.say(thread, { slot, message, doubtful: false }, clock.now());
}

async function loop(deps: Deps, signal: AbortSignal): Promise<void> {
  const { desks, shard } = deps;
  for (const { thread, slot, content } of await shard.store.ledger.unsaid(shard.lease.name))
    desks.say(thread, { slot, message: content, doubtful: true }, shard.clock.now());
  const failures: unknown[] = [];
  while (!signal.aborted) {
    const now = shard.clock.now();
    const waits: number[] = [];
    for (const desk of desks.dirty()) {
      const delay = delayOf(deps, desk, now);
      if (delay === 0) void attend(deps, desk).catch((error: unknown) => failures.push(error));
      else waits.push(delay);
    }
    await desks.changed(Math.min(...waits, 1000), signal);
    if (failures.length > 0) throw failures[0];
  }
  await desks.idle();
  if (failures.length > 0) throw failures[0];
}

/** Rendering waits until a call may go out, so that what is sent is the newest. */
function delayOf({ shard }: Deps, desk: Desk, now: number): number {
  const pace = shard.channels.get(desk.thread.address.platform)?.pace;
  const allowed = pace?.delay(desk.thread.address, 'edit', desk.urgency <= priority.final, now) ?? 0;
  return Math.max(0, desk.notBefore - now, allowed);
}

async function attend(deps: Deps, desk: Desk): Promise<void> {
  const { shard, desks } = deps;
  const channel = shard.channels.get(desk.thread.address.platform);
  desks.begin(desk);
  try {
    if (channel === undefined) await pass(deps, desk.thread.id);
    else await work(deps, desk, channel);
    desk.failures = 0;
  } catch (error) {
    if (error instanceof FencedOutError) throw error;
    postpone(deps, desk, channel, error);
  } finally {
    desks.end(desk);
  }
}

async function work(deps: Deps, desk: Desk, channel: Channel): Promise<void> {
  const { turns, display, desks, shard } = deps;
  const notice = desk.notices[0];
  if (notice !== undefined) {
    const now = shard.clock.now();
    const wait = channel.pace.delay(desk.thread.address, 'post', true, now);
    if (wait > 0) {
      desks.touch(desk.thread, priority.end, now);
      desk.notBefore = now + wait;
      return;
    }
    if (await display.say(channel, desk.thread, notice)) desk.notices.shift();
    return desks.touch(desk.thread, priority.end, shard.clock.now());
  }
  let first: Move | undefined;
  for (const { prompt } of turns.ofThread(desk.thread.id)) {
    const spot = { thread: desk.thread, prompt };
    const next = await nextOf(deps, spot, channel);
    if (next === 'shown') await rest(deps, spot);
    if (typeof next !== 'object') continue;
    const move = { spot, step: next, runs: isRunning(prompt) };
    if (first === undefined || overtakes(move, first)) first = move;
  }
  if (first !== undefined) await advance(deps, desk, channel, first);
}

interface Move extends Due {
  readonly spot: Spot;
}

async function advance(
  { shard, desks, display }: Deps,
  desk: Desk,
  { adapter, pace }: Channel,
  { spot, step }: Move,
): Promise<void> {
  const now = shard.clock.now();
  const call = step.type === 'post' ? 'post' : 'edit';
  const urgency = urgencyOf(step);
  const wait = pace.delay(spot.thread.address, call, urgency <= priority.final, now);
  desks.touch(desk.thread, urgency, now);
  if (wait > 0) {
    // Something more urgent may have come meanwhile: it is looked at at once.
    if (desk.urgency >= urgency) desk.notBefore = now + wait;
    return;
  }
  pace.record(spot.thread.address, call, now);
  await display.perform(adapter, spot, step);
}

/** The platform failed, or we did: the desk stays dirty and is looked at again later; no other thread waits. */
function postpone({ shard, desks }: Deps, desk: Desk, channel: Channel | undefined, error: unknown): void {
  const now = shard.clock.now();
  desk.failures += 1;
  const failure = error instanceof ChannelError ? error.failure : undefined;
  const wait =
    failure?.reason === 'rate-limited'
      ? failure.retryAfterMs
      : backoff(desk.failures, shard.clock.random(), tries);
  if (failure?.reason === 'rate-limited') channel?.pace.block(desk.thread.address, now + wait);
  desk.notBefore = now + wait;
  desks.touch(desk.thread, desk.urgency, now);
  const fields = { thread: desk.thread.id, failures: desk.failures, retryInMs: Math.round(wait) };
  if (failure !== undefined) shard.log.warn({ ...fields, reason: failure.reason }, 'platform call failed');
  else shard.log.error({ ...fields, error }, 'a thread could not be brought up to date');
}
