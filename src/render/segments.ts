/** Which part of a turn belongs to which segment of the thread. Pure. */
import type { AgentMessage } from '../core/agent.ts';
import type { Turn, TurnItem } from '../core/turn.ts';
import type { RequestView, TurnView } from './plan.ts';

/** A part of the root session, with what sub-agents did for it. */
export interface Entry {
  /** Index among the parts of the root session. */
  readonly at: number;
  readonly item: TurnItem;
  readonly children: Entry[];
}

export interface Segment {
  readonly number: number;
  readonly entries: readonly Entry[];
  /** The card that seals it; undefined for the last one. */
  readonly request: RequestView | undefined;
}

/** Everything before a card is in earlier segments, the card is the last of its own, the rest comes after. */
export function segmentsOf(view: TurnView): readonly Segment[] {
  const entries = entriesOf(view.turn);
  const requests = view.requests.filter(({ attempt }) => attempt === view.attempt);
  let from = 0;
  const sealed = requests.map((request, index): Segment => {
    const to = Math.max(from, Math.min(request.position, answerOf(entries, request), entries.length));
    const own = entries.slice(from, to);
    from = to;
    return { number: view.baseSegment + index, entries: own, request };
  });
  const last = view.baseSegment + requests.length;
  return [...sealed, { number: last, entries: entries.slice(from), request: undefined }];
}

/**
 * The text that follows the tool which asks: it came after the answer. The position was counted when the request was
 * heard of, when the turn may have held parts of a run that was lost.
 */
function answerOf(entries: readonly Entry[], { request }: RequestView): number {
  const asking = entries.findIndex(
    ({ item: { part } }) =>
      part.type === 'tool' && (part.child === request.from || part.callId === request.callId),
  );
  const next = entries.findIndex(({ item: { part } }, at) => at > asking && part.type === 'text');
  return asking === -1 || next === -1 ? entries.length : next;
}

/** Cards of earlier attempts took one segment each, below the first of this one. */
export function earlierCards(
  view: TurnView,
): readonly { readonly segment: number; readonly request: RequestView }[] {
  const earlier = view.requests.filter(({ attempt }) => attempt < view.attempt);
  return earlier.map((request, index) => ({
    segment: view.baseSegment - earlier.length + index,
    request,
  }));
}

function entriesOf({ messages, items }: Turn): readonly Entry[] {
  const root = messages[0]?.session;
  const sessions = new Map(messages.map(({ id, session }) => [id, session]));
  const all = items.map((item) => ({ item, session: sessions.get(item.message) ?? root }));
  const entries: Entry[] = [];
  const owners = new Map<string, Entry>();
  const made = all.map(({ item, session }) => {
    const entry: Entry = { at: entries.length, item, children: [] };
    if (session === root) entries.push(entry);
    if (item.part.type === 'tool' && item.part.child !== undefined) owners.set(item.part.child, entry);
    return { entry, session };
  });
  for (const { entry, session } of made) {
    if (session !== undefined && session !== root) owners.get(session)?.children.push(entry);
  }
  return entries;
}

/** The last message that speaks to the person: not a summary that the server made for the model. */
export function lastMessage({ messages }: Turn): AgentMessage | undefined {
  const root = messages[0]?.session;
  const own = messages.filter(({ session }) => session === root);
  return own.findLast(({ agent }) => agent !== 'compaction') ?? own.at(-1);
}
