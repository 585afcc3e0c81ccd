/**
 * The key of a slot: which message of a thread it is, in words of ours that never depend on the agent's ids. Keys are
 * made and read here alone. They are stored and signed, so what stands between the strokes never changes.
 */
import { type PromptId, promptId } from './ids.ts';
import type { MessageKind } from './outbound.ts';

export type SlotKind = MessageKind | 'file';

/** `<prompt>/<segment>/<kind>/<n>`; what is said outside any turn is `0/0/notice/<name>`. */
export type SlotKey = `${number}/${number}/${SlotKind}/${string}`;

/** Where a slot stands in a turn. */
export interface SlotPlace {
  /** Row of the prompt; 0: outside any turn. */
  readonly prompt: PromptId;
  /** From 0, which is the queue's notice; a card seals its segment. */
  readonly segment: number;
  readonly kind: SlotKind;
  /** From 1, within segment and kind. */
  readonly n: number;
}

export function slotKey({ prompt, segment, kind, n }: SlotPlace): SlotKey {
  return `${prompt}/${segment}/${kind}/${n}`;
}

/** `n` is NaN where the slot has a name. */
export function slotPlace(key: SlotKey): SlotPlace {
  const [prompt, segment, kind, n] = key.split('/') as [string, string, SlotKind, string];
  return { prompt: promptId(Number(prompt)), segment: Number(segment), kind, n: Number(n) };
}

/** Of a message outside any turn; `name` is the same for the same message. */
export function noticeKey(name: string): SlotKey {
  return `0/0/notice/${name}`;
}

/** Of what stands in place of what a platform did not take: a file, and in place of that, a sentence. */
export function insteadKey(key: SlotKey): SlotKey {
  return `${key}-instead`;
}
