/** The one next call that makes a thread equal to its plan. Pure. */
import type { Capabilities, MessageId, Outbound, OutboundMessage } from '../../core/channel.ts';
import { isFile } from '../../core/outbound.ts';
import type { SlotKey } from '../../core/slot.ts';
import { slotPlace } from '../../core/slot.ts';
import { type Priority, priority, type RenderPlan, type Slot } from '../../render/plan.ts';

/** What the thread is known to show of one slot. */
export interface ShownSlot {
  readonly slot: SlotKey;
  /** undefined: a post was begun and its outcome is unknown. */
  readonly message: MessageId | undefined;
  /** Of the content; empty: it is not known, or it is a placeholder that waits for its content. */
  readonly hash: string;
  /** The platform did not take the content of this hash: something older is shown, or nothing. */
  readonly refused: boolean;
  readonly removed: boolean;
  /** When it was last changed, milliseconds; 0 where unknown. */
  readonly changedAt: number;
  /** Characters of its Markdown; 0 where unknown. */
  readonly length: number;
}

export type DeliveryStep =
  | { readonly type: 'post'; readonly slot: Slot; readonly content: Outbound }
  | {
      readonly type: 'edit';
      readonly slot: Slot;
      readonly content: OutboundMessage;
      readonly message: MessageId;
    }
  /** Without a message: it is to be found out whether there is one. */
  | { readonly type: 'remove'; readonly slot: SlotKey; readonly message: MessageId | undefined };

/**
 * The one next call that brings what is shown nearer to the plan, or undefined where both are equal.
 *
 * Order is true: a slot is posted only after every earlier one is, and after earlier text shows all of its content;
 * a message is given its content before a later one is posted. Nothing is taken out of a text before the message
 * that it moves to shows it: the next call may fail, or have to wait.
 * Segments below `baseSegment` (but 0, the queue's notice) belong to an earlier attempt and are left alone where the
 * plan does not name them; but what that attempt was doing is no longer true.
 */
export function nextStep(
  plan: RenderPlan,
  shown: ReadonlyMap<SlotKey, ShownSlot>,
  baseSegment: number,
  hash: (content: Outbound) => string,
): DeliveryStep | undefined {
  return removal(plan, shown, baseSegment) ?? postOrEdit(plan, shown, hash);
}

function removal(
  plan: RenderPlan,
  shown: ReadonlyMap<SlotKey, ShownSlot>,
  baseSegment: number,
): DeliveryStep | undefined {
  const wanted = new Set(plan.slots.map((slot) => slot.key));
  for (const { slot, message, refused, removed } of shown.values()) {
    if (refused && message === undefined) continue;
    const { segment, kind } = slotPlace(slot);
    const ours = segment === 0 || segment >= baseSegment || kind === 'activity';
    if (ours && !removed && !wanted.has(slot) && !isKept(plan, slot))
      return { type: 'remove', slot, message };
  }
  return undefined;
}

/** It is shown, and what it shows is not known in full now: it stays as it is. */
export function isKept({ keeps }: RenderPlan, key: SlotKey): boolean {
  const { segment, kind } = slotPlace(key);
  return keeps.some((kept) => kept.segment === segment && kept.kinds.includes(kind));
}

type Edit = DeliveryStep & {
  readonly type: 'edit';
  readonly changedAt: number;
  readonly empty: boolean;
  /** A text that shows less than before: the rest moves on. */
  readonly shrinks: boolean;
};

/** Before anything is posted below it. */
function goesFirst({ slot, empty, shrinks }: Edit): boolean {
  return empty || (slot.kind === 'text' && !shrinks);
}

function postOrEdit(
  plan: RenderPlan,
  shown: ReadonlyMap<SlotKey, ShownSlot>,
  hash: (content: Outbound) => string,
): DeliveryStep | undefined {
  const edits: Edit[] = [];
  for (const slot of plan.slots) {
    const there = shown.get(slot.key);
    if (there?.removed === true || (there !== undefined && wasRefused(there, slot.content, hash))) continue;
    if (there?.message === undefined) {
      return edits.find(goesFirst) ?? { type: 'post', slot, content: slot.content };
    }
    if (!isFile(slot.content) && there.hash !== hash(slot.content)) {
      edits.push(editOf(slot, slot.content, there.message, there));
    }
  }
  const waiting = edits.some(({ empty }) => empty);
  return edits
    .filter(({ shrinks }) => !(shrinks && waiting))
    .toSorted((a, b) => a.slot.priority - b.slot.priority || a.changedAt - b.changedAt)[0];
}

/** The platform did not take it: nothing is gained by trying again. */
export function wasRefused(
  there: Pick<ShownSlot, 'refused' | 'hash'>,
  content: Outbound,
  hash: (content: Outbound) => string,
): boolean {
  return there.refused && there.hash === hash(content);
}

function editOf(
  slot: Slot,
  content: OutboundMessage,
  message: MessageId,
  { changedAt, hash, length }: ShownSlot,
): Edit {
  const shrinks = slot.kind === 'text' && content.markdown.length < length;
  return { type: 'edit', slot, content, message, changedAt, empty: hash === '', shrinks };
}

export function urgencyOf(step: DeliveryStep): Priority {
  return step.type === 'remove' ? priority.progress : step.slot.priority;
}

/** The next step of one turn of a thread. */
export interface Due {
  readonly step: DeliveryStep;
  /** Its run goes on: there will always be one more step. */
  readonly runs: boolean;
}

/**
 * Whether a step goes before one of an older turn, which may have new text for as long as its run goes on. No post
 * does, but what is said of a prompt that waits: order is true.
 */
export function overtakes(later: Due, earlier: Due): boolean {
  const { step, runs } = later;
  if (step.type === 'post' && slotPlace(step.slot.key).segment > 0) return false;
  const ahead = urgencyOf(earlier.step) - urgencyOf(step);
  return ahead > 0 || (ahead === 0 && !runs);
}

/** Its message is known, and shows what it is to show. */
export function isStanding(shown: ShownSlot | undefined): boolean {
  return shown?.message !== undefined && !shown.removed && shown.hash !== '';
}

/** Once a file of the turn was refused, its text goes on in messages. */
export function capabilitiesFor(all: Capabilities, shown: ReadonlyMap<SlotKey, ShownSlot>): Capabilities {
  const refused = [...shown.values()].some(({ slot, removed }) => removed && slotPlace(slot).kind === 'file');
  return refused ? { ...all, uploads: 'none' } : all;
}

/** Without what is not shown yet: nothing is added. */
export function onlyShown(plan: RenderPlan, shown: ReadonlyMap<SlotKey, ShownSlot>): RenderPlan {
  return { ...plan, slots: plan.slots.filter(({ key }) => shown.get(key)?.message !== undefined) };
}

/** Something stands there of which it is not known whether it is at rest. */
export function leavesUnsure(plan: RenderPlan, shown: ReadonlyMap<SlotKey, ShownSlot>): boolean {
  const named = new Set(plan.slots.map(({ key }) => key));
  return [...shown.values()].some(
    ({ slot, message }) => message !== undefined && !named.has(slot) && isKept(plan, slot),
  );
}
