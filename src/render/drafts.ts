/** The slots of one segment in order, before it is decided what the last of them carry. Pure. */
import type { Todo } from '../core/agent.ts';
import type { MessageKind } from '../core/outbound.ts';
import type { SlotKind } from '../core/slot.ts';
import { isActivity } from './activity.ts';
import { isUnknown, leavesEarlier } from './ending.ts';
import type { TurnView } from './plan.ts';
import type { Entry, Segment } from './segments.ts';
import type { TextPage } from './text.ts';

export interface Draft {
  readonly segment: number;
  readonly kind: Exclude<MessageKind, 'request' | 'notice'>;
  readonly n: number;
  /** Index of the root part at which the slot became necessary. */
  readonly at: number;
  readonly body: DraftBody;
}

export type DraftBody =
  | { readonly type: 'text'; readonly markdown: string }
  | { readonly type: 'activity'; readonly entries: readonly Entry[] }
  | { readonly type: 'todo'; readonly todos: readonly Todo[] };

export interface SegmentFacts {
  readonly view: TurnView;
  readonly segment: Segment;
  readonly pages: readonly TextPage[];
  readonly over: boolean;
  /** The to-do list, in the segment where it was first written. */
  readonly todo: { readonly at: number; readonly todos: readonly Todo[] } | undefined;
}

export function draftsOf(facts: SegmentFacts): readonly Draft[] {
  const { segment, pages } = facts;
  const number = segment.number;
  // A page that is not known in full is kept as it is shown.
  const texts = pages.flatMap(({ at, markdown }, index): readonly Draft[] =>
    markdown === undefined
      ? []
      : [{ segment: number, kind: 'text', n: index + 1, at, body: { type: 'text', markdown } }],
  );
  const todo = facts.todo === undefined ? [] : [todoDraft(number, facts.todo)];
  const activities = isQuiet(facts) ? [] : activityDrafts(facts);
  return [...activities, ...todo, ...texts].toSorted((a, b) => a.at - b.at);
}

/** Nothing but the answer is wanted; but where there is none yet, a silence is told, with its button. */
function isQuiet({ view, pages, over }: SegmentFacts): boolean {
  if (view.verbosity !== 'quiet') return false;
  return over || pages.length > 0 || (view.silentSince === undefined && view.waitsFor === undefined);
}

function todoDraft(segment: number, { at, todos }: NonNullable<SegmentFacts['todo']>): Draft {
  return { segment, kind: 'todo', n: 1, at, body: { type: 'todo', todos } };
}

/** A message that overflowed seals the activity above it: later tools are told below. */
function activityDrafts({ view, segment, pages, over }: SegmentFacts): readonly Draft[] {
  const groups = new Map<number, Entry[]>();
  const first = segment.number === view.baseSegment;
  if (first && !over) groups.set(1, []);
  for (const entry of segment.entries.filter((one) => isActivity(one, view.verbosity))) {
    const n = Math.max(1, pages.filter(({ at }) => at < entry.at).length);
    groups.set(n, [...(groups.get(n) ?? []), entry]);
  }
  return [...groups].map(([n, entries]): Draft => {
    const at = first && n === 1 ? -1 : (entries[0]?.at ?? -1);
    return { segment: segment.number, kind: 'activity', n, at, body: { type: 'activity', entries } };
  });
}

/**
 * What may be shown and is not known now must not be taken away: a slot that was removed never comes back.
 * Nothing at all is known after a start of ours; a text is not known in full after a gap; a try that failed takes
 * its text back, and so does a run that is taken up again, until they have said it anew or ended before.
 */
export function keptKinds({
  view,
  segment,
  over,
}: Omit<SegmentFacts, 'pages' | 'todo'>): readonly SlotKind[] {
  const unknown = isUnknown(view);
  const resumed = !over && view.resumedAt !== undefined && segment.number === view.baseSegment;
  const kinds: SlotKind[] = [];
  const later = hasGap(segment) || (!over && wasTakenBack(segment)) || leavesEarlier(view, segment);
  if (unknown || resumed || later) kinds.push('text');
  const goesOn = !over || view.standing.type === 'answered' || view.standing.type === 'detached';
  const activityUnsure = (unknown && goesOn) || resumed;
  if (activityUnsure && view.verbosity !== 'quiet') kinds.push('activity', 'todo');
  return kinds;
}

export function hasGap({ entries }: Segment): boolean {
  return entries.some(({ item: { part } }) => part.type === 'text' && part.gap && !part.done);
}

function wasTakenBack({ entries }: Segment): boolean {
  return entries.some(({ item: { part } }) => part.type === 'text' && part.done && part.text === '');
}
