/** The whole answer as a file, where it is too long for messages. Pure. */
import type { Capabilities, OutboundFile } from '../core/channel.ts';
import { type SlotKey, slotKey } from '../core/slot.ts';
import { counted } from './amounts.ts';
import { hasGap } from './drafts.ts';
import { type Ending, isUnknown } from './ending.ts';
import { priority, type Slot, type TurnView } from './plan.ts';
import type { Segment } from './segments.ts';
import { sentences } from './sentences.ts';
import { type Cap, closedText } from './text.ts';

/**
 * Messages of text below one another, at most: beyond that the rest of a conversation is out of sight, and each
 * further one is a call that other threads wait for.
 */
const mostPages = 4;

const name = 'answer.md';

/** Bytes of one UTF-16 unit in UTF-8, at most: counting those of a growing text would cost more with each token. */
const widestUnit = 3;

/** Where the text of a segment ends; undefined: it goes on in messages, because no file can follow it. */
export function capOf(
  view: TurnView,
  segments: readonly Segment[],
  segment: Segment,
  ending: Ending | undefined,
  { uploads }: Capabilities,
): Cap | undefined {
  if (uploads === 'none') return undefined;
  const length = textsOf(segments).reduce((sum, text) => sum + text.length + 2, 0);
  if (length * widestUnit > uploads.maxBytes) return undefined;
  const whole = ending !== undefined && segment === segments.at(-1);
  const left = view.standing.type === 'detached';
  return {
    pages: mostPages,
    note(sayings) {
      if (!whole) return sentences.follows;
      if (left) return [sentences.cutOff, ...sayings].join('\n\n');
      // A promise is kept before it is called kept.
      if (!view.stands(fileKey(view, segment))) return [sentences.follows, ...sayings].join('\n\n');
      const length = counted(answerText(segments).length, 'character');
      return [sentences.inFile(name, length), ...sayings].join('\n\n');
    },
  };
}

/** Below the text of a segment: the whole answer, or all of what a card asks. */
export function fileKey({ id }: TurnView, { number }: Pick<Segment, 'number'>): SlotKey {
  return slotKey({ prompt: id, segment: number, kind: 'file', n: 1 });
}

/** Everything that the agent said in this attempt. */
function answerText(segments: readonly Segment[]): string {
  return textsOf(segments).map(closedText).join('\n\n');
}

function textsOf(segments: readonly Segment[]): readonly string[] {
  return segments.flatMap(({ entries }) =>
    entries.flatMap(({ item: { part } }) =>
      part.type === 'text' && part.text.trim() !== '' ? [part.text] : [],
    ),
  );
}

/** Below all text, once the turn is over. `cut`: not all of the text is in the messages. */
export function answerSlots(
  view: TurnView,
  segments: readonly Segment[],
  cut: boolean,
  known: ReadonlyMap<string, Slot> | undefined,
): readonly Slot[] {
  const last = segments.at(-1);
  if (last === undefined || view.standing.type === 'detached') return [];
  const key = fileKey(view, last);
  if (!cut || isFileUnknown(view, segments)) return [];
  const text = answerText(segments);
  const content = fileOf(text);
  const before = known?.get(key);
  return [
    before !== undefined && sameFile(before.content, content)
      ? before
      : { key, kind: 'file', priority: priority.final, content },
  ];
}

/** The file may be there, and what it says is not known now. */
export function isFileUnknown(view: TurnView, segments: readonly Segment[]): boolean {
  return view.standing.type !== 'detached' && (isUnknown(view) || segments.some(hasGap));
}

function fileOf(text: string): OutboundFile {
  return {
    name,
    mime: 'text/markdown',
    bytes: new TextEncoder().encode(`${text}\n`),
    markdown: `The whole answer, ${counted(text.length, 'character')}.`,
    silent: true,
  };
}

/** Compared byte by byte: a comparison of fields would make a list of them first. */
function sameFile(known: Slot['content'], { bytes, markdown }: OutboundFile): boolean {
  if (!('bytes' in known) || known.markdown !== markdown) return false;
  return known.bytes.length === bytes.length && known.bytes.every((byte, at) => byte === bytes[at]);
}
