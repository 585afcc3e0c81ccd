/** What a thread should show for one turn. Pure: the same view always gives the same plan. */
import type { Capabilities } from '../core/channel.ts';
import { slotKey } from '../core/slot.ts';
import { capOf, fileKey, isFileUnknown } from './answer.ts';
import { belowSlots, type End } from './below.ts';
import { type Draft, draftsOf, hasGap, keptKinds } from './drafts.ts';
import { endingOf, isUnknown, leavesEarlier } from './ending.ts';
import { draftContent, type Scene } from './messages.ts';
import { headingOf, queueNotice, quotationSlot } from './notices.ts';
import type { Kept } from './plan.ts';
import { priority, type RenderPlan, type RequestView, type Slot, type TurnView } from './plan.ts';
import { askedBack, type Card, card } from './requests.ts';
import { earlierCards, type Segment, segmentsOf } from './segments.ts';
import { type TextLayout, textPages } from './text.ts';

/**
 * What rendering has made so far, carried by the caller from one call to the next for the same turn and the same
 * capabilities. It saves work and keeps the identity of slots that have not changed; the plan is the same without it.
 */
export interface Layout {
  readonly texts: ReadonlyMap<number, TextLayout>;
  readonly slots: ReadonlyMap<string, Slot>;
  readonly cards: ReadonlyMap<number, Dealt>;
}

/** A card as it was made, and of what. */
interface Dealt extends Card {
  readonly request: RequestView;
  readonly stands: boolean;
  readonly uploads: Capabilities['uploads'];
}

export interface Rendering {
  readonly plan: RenderPlan;
  readonly layout: Layout;
}

export function render(view: TurnView, capabilities: Capabilities, previous?: Layout): Rendering {
  const texts = new Map<number, TextLayout>();
  const cards = new Map<number, Dealt>();
  const { slots, keeps } = planOf(view, capabilities, previous, { texts, cards });
  const plan = { slots: slots.map((slot) => reused(slot, previous)), keeps };
  const layout = { texts, slots: new Map(plan.slots.map((slot) => [slot.key, slot])), cards };
  return { plan, layout };
}

/** What is made on the way to a plan. */
interface Made {
  readonly texts: Map<number, TextLayout>;
  readonly cards: Map<number, Dealt>;
}

const nothing: RenderPlan = { slots: [], keeps: [] };

function planOf(
  view: TurnView,
  capabilities: Capabilities,
  previous: Layout | undefined,
  { texts, cards }: Made,
): RenderPlan {
  const { standing } = view;
  if (standing.type === 'withdrawn') return nothing;
  const quoted = view.quote === undefined ? [] : [quotationSlot(view, view.quote)];
  if (standing.type === 'queued' || standing.type === 'joined')
    return { slots: quoted.length > 0 ? quoted : [queueNotice(view)], keeps: [] };
  const segments = segmentsOf(view);
  const last = segments.at(-1);
  if (last === undefined) return nothing;
  const ending = endingOf(view, last);
  const unsaid = isUnknown(view) || hasGap(last) || leavesEarlier(view, last);
  const apart = ending !== undefined && unsaid;
  const called = ending?.pings === true && !capabilities.editsNotify && !apart;
  const end: End = { view, segments, ending, apart, called };
  const said = segments.map((segment) => saidIn(end, segment, capabilities, previous));
  for (const { segment, layout } of said) texts.set(segment.number, layout);
  const below = called ? { ...ending, footnote: '', buttons: [], pings: false } : ending;
  const drafts = said.flatMap((one) => one.drafts);
  const scene: Scene = { view, capabilities, ending: below, drafts, last: last.number };
  const deal = (segment: number, request: RequestView) => {
    const dealt = cardOf(view, segment, request, capabilities, previous?.cards.get(request.id));
    cards.set(request.id, dealt);
    return [cardSlot(view, segment, dealt), ...backSlots(view, segment, request, capabilities)];
  };
  const slots = [
    ...quoted,
    ...earlierCards(view).flatMap(({ segment, request }) => deal(segment, request)),
    ...said.flatMap(({ segment, drafts }) => [
      ...drafts.map((draft) => slotOf(scene, draft, segment)),
      ...(segment.request === undefined ? [] : deal(segment.number, segment.request)),
    ]),
    ...segments.flatMap((segment) => fileSlots(view, segment, cards)),
    ...belowSlots(
      end,
      said.some(({ cut }) => cut),
      previous?.slots,
    ),
  ];
  return { slots, keeps: keptIn(end) };
}

function keptIn({ view, segments, ending }: End): readonly Kept[] {
  const over = ending !== undefined;
  const last = segments.at(-1);
  return segments.flatMap((segment) => {
    const file = over && segment === last && isFileUnknown(view, segments);
    const kinds = [...keptKinds({ view, segment, over }), ...(file ? (['file'] as const) : [])];
    return kinds.length === 0 ? [] : [{ segment: segment.number, kinds }];
  });
}

interface Said {
  readonly segment: Segment;
  readonly drafts: readonly Draft[];
  readonly layout: TextLayout;
  /** Not all of its text is in the messages. */
  readonly cut: boolean;
}

function saidIn(
  { view, segments, ending, apart }: End,
  segment: Segment,
  capabilities: Capabilities,
  previous: Layout | undefined,
): Said {
  const last = segment === segments.at(-1);
  const { pages, layout, cut } = textPages(
    {
      entries: segment.entries,
      heading: headingOf(view, segment),
      ending: last && !apart ? (ending?.sentences ?? []) : [],
      open: last && ending === undefined,
      cap: capOf(view, segments, segment, ending, capabilities),
    },
    capabilities,
    previous?.texts.get(segment.number),
  );
  const todo = todoOf(segments);
  const own = todo?.segment === segment && view.verbosity !== 'quiet' ? todo : undefined;
  return {
    segment,
    drafts: draftsOf({ view, segment, pages, over: ending !== undefined, todo: own }),
    layout,
    cut,
  };
}

/** The newest list, at the place of the first. */
function todoOf(segments: readonly Segment[]) {
  const lists = segments.flatMap((segment) =>
    segment.entries.flatMap(({ at, item: { part } }) =>
      part.type === 'tool' && part.todos !== undefined ? [{ segment, at, todos: part.todos }] : [],
    ),
  );
  const [first] = lists;
  const newest = lists.at(-1);
  return first === undefined || newest === undefined ? undefined : { ...first, todos: newest.todos };
}

function slotOf(scene: Scene, draft: Draft, { request }: Segment): Slot {
  const { kind, segment, n } = draft;
  const key = slotKey({ prompt: scene.view.id, segment, kind, n });
  return { key, kind, priority: priorityOf(scene, draft, request), content: draftContent(scene, draft) };
}

/** Characters up to which the first text of a turn is the sign that something comes. */
const firstText = 200;

function priorityOf(
  { view, ending }: Scene,
  { kind, n, segment, body }: Draft,
  request: RequestView | undefined,
) {
  if (kind === 'activity') return view.turn.items.length === 0 ? priority.first : priority.progress;
  if (kind !== 'text') return priority.progress;
  if (ending !== undefined) return ending.priority;
  // What streams is finished before a card is posted, so it must not wait longer than the card.
  if (request?.state === 'open') return priority.card;
  const first = segment === view.baseSegment && n === 1;
  return first && body.type === 'text' && body.markdown.length <= firstText
    ? priority.first
    : priority.progress;
}

function cardOf(
  view: TurnView,
  segment: number,
  request: RequestView,
  capabilities: Capabilities,
  known: Dealt | undefined,
): Dealt {
  const { uploads } = capabilities;
  const stands = view.stands(fileKey(view, { number: segment }));
  if (known?.stands === stands && known.uploads === uploads && same(known.request, request)) return known;
  return { ...card(view, request, capabilities, stands), request, stands, uploads };
}

function cardSlot({ id }: TurnView, segment: number, { request, content }: Dealt): Slot {
  const key = slotKey({ prompt: id, segment, kind: 'request', n: 1 });
  const urgency = request.state === 'open' ? priority.card : priority.end;
  return { key, kind: 'request', priority: urgency, content };
}

function backSlots(
  view: TurnView,
  segment: number,
  request: RequestView,
  capabilities: Capabilities,
): readonly Slot[] {
  const content = askedBack(view, request, capabilities);
  if (content === undefined) return [];
  const key = slotKey({ prompt: view.id, segment, kind: 'notice', n: 3 });
  return [{ key, kind: 'notice', priority: priority.card, content }];
}

/** Below all cards, none of which waits for it. Of a request that is over only the file that stands already is kept. */
function fileSlots(
  view: TurnView,
  { number, request }: Segment,
  cards: ReadonlyMap<number, Dealt>,
): readonly Slot[] {
  const dealt = request === undefined ? undefined : cards.get(request.id);
  if (dealt?.file === undefined || (dealt.request.state !== 'open' && !dealt.stands)) return [];
  return [{ key: fileKey(view, { number }), kind: 'file', priority: priority.card, content: dealt.file }];
}

function reused(slot: Slot, previous: Layout | undefined): Slot {
  const known = previous?.slots.get(slot.key);
  return known !== undefined && same(known, slot) ? known : slot;
}

/** Plain data of the same shape and content. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isRecord(a) || !isRecord(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => same(a[name], b[name]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
