/** What stands below all that a turn shows, once it is over. Pure. */
import { noticeOf } from '../core/outbound.ts';
import { slotKey } from '../core/slot.ts';
import { answerSlots } from './answer.ts';
import type { Ending } from './ending.ts';
import { escaped } from './plain.ts';
import type { Slot, TurnView } from './plan.ts';
import type { Segment } from './segments.ts';
import { sentences } from './sentences.ts';

export interface End {
  readonly view: TurnView;
  readonly segments: readonly Segment[];
  /** undefined: it is not over. */
  readonly ending: Ending | undefined;
  /** The ending cannot stand below the text, which is not known in full. */
  readonly apart: boolean;
  /** The author is called back by a message. */
  readonly called: boolean;
}

/** `cut`: not all of the text is in the messages; `known`: slots of the rendering before. */
export function belowSlots(
  { view, segments, ending, apart, called }: End,
  cut: boolean,
  known: ReadonlyMap<string, Slot> | undefined,
): readonly Slot[] {
  const last = segments.at(-1);
  if (ending === undefined || last === undefined) return [];
  return [
    ...answerSlots(view, segments, cut, known),
    ...(apart ? endNotice(view, last, ending) : []),
    ...(called ? [callSlot(view, last, ending)] : []),
  ];
}

/** The end of a text that is not known in full stands on its own. */
function endNotice({ id }: TurnView, { number }: Segment, ending: Ending): readonly Slot[] {
  const markdown = ending.sentences.length > 0 ? ending.sentences.join('\n\n') : ending.footnote;
  if (markdown === '') return [];
  const { footnote, buttons } = ending;
  const small = ending.sentences.length > 0 && footnote !== '' ? { footnote } : {};
  const content = noticeOf(markdown, { ...small, buttons });
  return [
    {
      key: slotKey({ prompt: id, segment: number, kind: 'notice', n: 1 }),
      kind: 'notice',
      priority: ending.priority,
      content,
    },
  ];
}

/** Calls the author back by a message of its own, which holds what would stand below the last text. */
function callSlot({ id, author }: TurnView, { number }: Segment, ending: Ending): Slot {
  const markdown = ending.footnote.split('\n').map(escaped).join('  \n') || sentences.done;
  const content = noticeOf(markdown, { buttons: ending.buttons, silent: false, mention: author.id });
  return {
    key: slotKey({ prompt: id, segment: number, kind: 'notice', n: 2 }),
    kind: 'notice',
    priority: ending.priority,
    content,
  };
}
