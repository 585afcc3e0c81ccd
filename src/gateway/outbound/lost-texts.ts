/** Texts of an attempt that was lost with its server: they stay, and say no longer that they grow. */

import type { OutboundMessage } from '../../core/channel.ts';
import type { ThreadId } from '../../core/ids.ts';
import { isFile } from '../../core/outbound.ts';
import type { SlotKey } from '../../core/slot.ts';
import { slotPlace } from '../../core/slot.ts';
import { withEndedTexts } from '../../core/turn.ts';
import { priority, type RenderPlan, type Slot } from '../../render/plan.ts';
import { render } from '../../render/render.ts';
import type { Owed } from '../../store/types.ts';
import { isKept, type ShownSlot } from '../policy/order.ts';
import type { Shard } from '../shard.ts';
import { outletOf } from '../shard.ts';
import { hashOf } from './content.ts';
import type { ActiveTurn, Screen, Turns } from './turns.ts';
import { viewOf } from './view.ts';

/** By thread: the texts of an attempt that is about to be lost, as they come to rest there. */
export type LostTexts = ReadonlyMap<ThreadId, readonly Slot[]>;

export function lostTextsOf(shard: Shard, turns: Turns, one: ActiveTurn): LostTexts {
  return new Map(one.screens.map((screen) => [screen.thread.id, lostTextsIn(shard, turns, one, screen)]));
}

/** The screens of the next attempt: what the one before left stays, all else is made anew. */
export function screensAfter(screens: readonly Screen[], lost: LostTexts): readonly Screen[] {
  return screens.map((screen) => ({
    ...screen,
    layout: undefined,
    lostTexts: lost.get(screen.thread.id) ?? screen.lostTexts,
  }));
}

/** What is stored with the loss, so that a process after us brings it to an end. */
export function owedTexts(lost: LostTexts): readonly Owed[] {
  return [...lost].flatMap(([thread, slots]) =>
    slots.map(({ key, content }) => ({ thread, slot: key, content, hash: hashOf(content) })),
  );
}

/**
 * Texts of an attempt that is about to be lost, as they are to stay. The plan of the next attempt does not name
 * those above a card, and may never come to the last one, which would show for ever that it grows.
 */
function lostTextsIn(shard: Shard, turns: Turns, one: ActiveTurn, screen: Screen): readonly Slot[] {
  const outlet = outletOf(shard, screen.thread);
  if (outlet === undefined) return screen.lostTexts;
  const { settings, clock, outlets } = shard;
  // Of cards nothing is looked at.
  const stands = () => false;
  const { ids, silenceMs } = settings;
  const surroundings = {
    now: clock.now(),
    awaySince: undefined,
    gateOff: false,
    silenceMs,
    ids,
    outlets,
    stands,
  };
  const view = viewOf(turns, { ...one, turn: withEndedTexts(one.turn) }, screen, surroundings);
  const { plan } = render(view, outlet.adapter.capabilities, screen.layout);
  const lost = plan.slots.filter(({ kind }) => kind === 'text').map(atRest);
  const before = screen.lostTexts.filter(({ key }) => !lost.some((slot) => slot.key === key));
  return [...before, ...lost];
}

function atRest(slot: Slot): Slot {
  const { content } = slot;
  if (isFile(content)) return slot;
  const { markdown } = content;
  return { ...slot, content: { kind: 'text', markdown, buttons: [], live: false, silent: true } };
}

/** What is still to be done of it. What was never posted is not posted any more. */
export function stillDue(
  lostTexts: readonly Slot[],
  shown: ReadonlyMap<SlotKey, ShownSlot>,
  hash: typeof hashOf,
): readonly Slot[] {
  return lostTexts.filter(({ key, content }) => {
    const there = shown.get(key);
    return there !== undefined && !there.removed && there.hash !== hash(content);
  });
}

/** The plan with what is still due of earlier attempts in its place: first it comes to rest, then it may grow again. */
export function withLostTexts(plan: RenderPlan, due: readonly Slot[]): RenderPlan {
  if (due.length === 0) return plan;
  const others = plan.slots.filter(({ key }) => !due.some((slot) => slot.key === key));
  return { ...plan, slots: [...due, ...others].toSorted((a, b) => segmentOf(a) - segmentOf(b)) };
}

const unfinished: OutboundMessage = {
  kind: 'text',
  markdown: 'This was not finished: the agent server ended while it was written.',
  buttons: [],
  live: false,
  silent: true,
};

/**
 * The plan of what is over, with the texts that grew when the process which knew them died: of an earlier attempt, or
 * of this one where their beginning was not heard. The server has not kept them, and nothing may look as if it still
 * grew.
 */
export function withOrphans(
  plan: RenderPlan,
  shown: ReadonlyMap<SlotKey, ShownSlot>,
  baseSegment: number,
): RenderPlan {
  const named = new Set(plan.slots.map(({ key }) => key));
  const orphans = [...shown.values()]
    .filter(({ slot, message, hash, removed }) => {
      const { segment, kind } = slotPlace(slot);
      const isUnknown = message !== undefined && hash === '' && !removed;
      const isLost = segment < baseSegment || isKept(plan, slot);
      return kind === 'text' && segment > 0 && isLost && isUnknown && !named.has(slot);
    })
    .map(({ slot }): Slot => ({ key: slot, kind: 'text', priority: priority.final, content: unfinished }));
  return withLostTexts(plan, orphans);
}

function segmentOf({ key }: Slot): number {
  return slotPlace(key).segment;
}
