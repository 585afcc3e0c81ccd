/**
 * The last rungs of the ladder. An adapter shows a content in the richest form that its platform takes; where it takes
 * none, the content stands there as a file, and where it takes no file either, one sentence says what is missing and
 * how to get it.
 */
import type { Capabilities, Outbound, OutboundFile, OutboundMessage } from '../../core/channel.ts';
import type { ChannelError } from '../../core/errors.ts';
import { isFile, noticeOf } from '../../core/outbound.ts';
import { insteadKey, type SlotKey } from '../../core/slot.ts';
import { counted } from '../../render/amounts.ts';
import { code } from '../../render/plain.ts';
import type { RenderPlan, Slot } from '../../render/plan.ts';
import { type ShownSlot, wasRefused } from '../policy/order.ts';

/** The plan with what stands in place of what was refused there, as far as that is known. */
export function withInsteads(
  plan: RenderPlan,
  shown: ReadonlyMap<SlotKey, ShownSlot>,
  hash: (content: Outbound) => string,
  uploads: Capabilities['uploads'],
): RenderPlan {
  if (![...shown.values()].some(({ refused }) => refused)) return plan;
  return { ...plan, slots: plan.slots.flatMap((slot) => [slot, ...insteadsOf(slot, shown, hash, uploads)]) };
}

function insteadsOf(
  slot: Slot,
  shown: ReadonlyMap<SlotKey, ShownSlot>,
  hash: (content: Outbound) => string,
  uploads: Capabilities['uploads'],
): readonly Slot[] {
  const { key, content } = slot;
  const there = shown.get(key);
  // What is still to change is tried anew with its next content.
  if (isFile(content) || !isOwed(slot) || (content.live && slot.kind !== 'request')) return [];
  if (there === undefined || !wasRefused(there, content, hash)) return [];
  const file = asFile(content, there.message !== undefined, uploads);
  const first = insteadKey(key);
  const last = { ...slot, key: insteadKey(first), content: asSentence(content) };
  if (file === undefined) return [last];
  const tried = shown.get(first);
  const isLost = tried !== undefined && wasRefused(tried, file, hash);
  return [{ ...slot, key: first, content: file }, ...(isLost ? [last] : [])];
}

/** A list that only ticks, and what the agent is doing, are shown again with the next change. */
function isOwed({ kind }: Slot): boolean {
  return kind === 'text' || kind === 'request' || kind === 'notice';
}

/** What comes next where a platform takes a content in no form; undefined: nothing is left to be said. */
export function nextInstead(
  slot: SlotKey,
  content: Outbound,
  error: ChannelError,
  { uploads }: Capabilities,
): Outbound | undefined {
  if (isFile(content)) return refusedFileNotice(content, error);
  const isInstead = slot !== baseOf(slot);
  if (isInstead || error.failure.reason === 'forbidden') return undefined;
  return asFile(content, false, uploads) ?? asSentence(content);
}

function baseOf(slot: SlotKey): string {
  return slot.replace(/(-instead)+$/, '');
}

const name = 'message.md';

/** `partly`: a message stands there that shows something older. */
function asFile(
  { kind, markdown, silent }: OutboundMessage,
  partly: boolean,
  uploads: Capabilities['uploads'],
): OutboundFile | undefined {
  const bytes = new TextEncoder().encode(`${markdown}\n`);
  if (uploads === 'none' || bytes.length > uploads.maxBytes) return undefined;
  return { name, mime: 'text/markdown', bytes, markdown: captions[caption(kind, partly)], silent };
}

const captions = {
  card: 'The agent waits for an answer, but the platform did not take the card that asks for it. This is what it says. It cannot be answered here, so nothing is allowed; `!stop` ends the run.',
  partly:
    'The message above is not complete: the platform did not take the rest of it. The whole text is in this file.',
  whole: 'The platform did not take this text as a message. The whole of it is in this file.',
} as const;

function caption(kind: OutboundMessage['kind'], partly: boolean): keyof typeof captions {
  if (kind === 'request') return 'card';
  return partly ? 'partly' : 'whole';
}

function asSentence({ kind, markdown, mention, replyTo, silent }: OutboundMessage): OutboundMessage {
  return noticeOf(kind === 'request' ? lostCard : lostText(markdown, kind), {
    silent,
    ...(mention === undefined ? {} : { mention }),
    ...(replyTo === undefined ? {} : { replyTo }),
  });
}

const lostCard =
  'The agent waits for an answer, but the platform did not take the card that asks for it. It cannot be answered here, so nothing is allowed; `!stop` ends the run.';

function lostText(markdown: string, kind: OutboundMessage['kind']): string {
  const length = counted(markdown.length, 'character');
  const way =
    kind === 'text'
      ? 'Ask the agent to say it again in other words, or in plain text.'
      : '`!status` tells how things stand.';
  return `A text of ${length} could not be shown here: the platform did not take it in any form. ${way}`;
}

/** Instead of a file that the platform will not take. */
function refusedFileNotice({ name: file }: OutboundFile, { failure }: ChannelError): OutboundMessage {
  const why =
    failure.reason === 'forbidden'
      ? 'the bot may not send files here. An admin of the channel can allow it; then ask again.'
      : 'the platform did not take it.';
  return noticeOf(`${code(file)} could not be sent: ${why}`);
}
