/**
 * The pure reducer: what has happened in a turn, out of the agent's events. Any order of repeats gives the
 * same turn.
 */
import type { AgentEvent, AgentFailure, AgentMessage, Part, SessionSnapshot, TextPart } from './agent.ts';
import type { ServerMessageId } from './ids.ts';

/** What has happened since a prompt, derived from the agent's events alone. Immutable. */
export interface Turn {
  readonly state: 'waiting' | 'running' | 'retrying' | 'settled';
  /** Assistant messages by id, in order of appearance, sub-agents' included. */
  readonly messages: readonly AgentMessage[];
  /** Parts in order of appearance; parts of sub-agents stand where they appeared. */
  readonly items: readonly TurnItem[];
  readonly retry: { readonly attempt: number; readonly message: string; readonly next: number } | undefined;
  /** A failure that no message carries. */
  readonly failure: AgentFailure | undefined;
}

export interface TurnItem {
  readonly message: ServerMessageId;
  readonly part: Part;
}

export const emptyTurn: Turn = {
  state: 'waiting',
  messages: [],
  items: [],
  retry: undefined,
  failure: undefined,
};

/**
 * The next state of the turn. Events that do not concern it return the same object; what an event does not change
 * keeps its identity, so that what was made of it can be kept as well.
 */
export function reduce(turn: Turn, event: AgentEvent): Turn {
  switch (event.type) {
    case 'part-appended':
      return appended(turn, event.message, event.part, event.text);
    case 'part-updated':
      return updated(turn, event.message, event.part);
    case 'message-updated':
      return running({ ...turn, messages: placed(turn.messages, event.message) });
    case 'session-started':
      return turn.state === 'running' || turn.state === 'settled' ? turn : running(turn);
    case 'session-retrying': {
      const { attempt, message, next } = event;
      return turn.state === 'settled'
        ? turn
        : { ...turn, state: 'retrying', retry: { attempt, message, next } };
    }
    case 'session-settled':
      return turn.state === 'settled' ? turn : { ...turn, state: 'settled', retry: undefined };
    case 'session-failed':
      return { ...turn, state: 'settled', retry: undefined, failure: event.failure };
    case 'session-snapshot':
      return rebuilt(turn, event.snapshot);
    default:
      return turn;
  }
}

/** Something moved: it runs, and no longer waits for a next try. What is settled stays so. */
function running(turn: Turn): Turn {
  return turn.state === 'settled' ? turn : { ...turn, state: 'running', retry: undefined };
}

function placed(messages: readonly AgentMessage[], message: AgentMessage): readonly AgentMessage[] {
  const at = messages.findLastIndex(({ id }) => id === message.id);
  return at < 0 ? [...messages, message] : messages.with(at, message);
}

/** From the end: what changes is nearly always among the newest. */
function indexOf(items: readonly TurnItem[], message: ServerMessageId, part: string): number {
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at];
    if (item?.part.id === part && item.message === message) return at;
  }
  return -1;
}

/** The one path that is taken for every token. */
function appended(turn: Turn, message: ServerMessageId, id: string, text: string): Turn {
  const at = indexOf(turn.items, message, id);
  const part = turn.items[at]?.part;
  if (part === undefined || !isGrowing(part) || part.gap) return turn;
  const items = turn.items.slice();
  items[at] = { message, part: { type: part.type, id, text: part.text + text, done: false, gap: false } };
  const { state, messages, retry, failure } = turn;
  if (state === 'settled') return { state, messages, items, retry, failure };
  return { state: 'running', messages, items, retry: undefined, failure };
}

function isGrowing(part: Part): part is TextPart {
  return (part.type === 'text' || part.type === 'reasoning') && !part.done;
}

function isEnded(part: Part): boolean {
  if (part.type === 'tool') return part.status === 'completed' || part.status === 'failed';
  return part.type === 'compaction' || part.done;
}

function updated(turn: Turn, message: ServerMessageId, part: Part): Turn {
  const at = indexOf(turn.items, message, part.id);
  const known = turn.items[at];
  if (known === undefined) return running({ ...turn, items: [...turn.items, { message, part }] });
  // A replay of what came before the end.
  if (isEnded(known.part) && !isEnded(part)) return turn;
  return running({ ...turn, items: turn.items.with(at, { message, part }) });
}

function rebuilt(turn: Turn, snapshot: SessionSnapshot): Turn {
  const items = snapshot.messages.flatMap(({ message, parts }) =>
    parts.map((part) => merged(turn.items, message.id, part)),
  );
  const messages = snapshot.messages.map(({ message }) => message);
  const began = snapshot.busy || messages.length > 0;
  const state = turn.state === 'waiting' && began ? 'running' : turn.state;
  return snapshot.partial
    ? withHeard({ ...turn, state }, messages, items)
    : { ...turn, state, messages, items };
}

/** What was heard stays where the snapshot cannot tell of it. */
function withHeard(turn: Turn, messages: readonly AgentMessage[], items: readonly TurnItem[]): Turn {
  const heard = turn.messages.filter(({ id }) => !messages.some((told) => told.id === id));
  const kept = turn.items.filter(({ message }) => heard.some(({ id }) => id === message));
  return { ...turn, messages: [...heard, ...messages], items: [...kept, ...items] };
}

/** The run is lost: what was heard of its texts is all that there will ever be of them. A text of which nothing was heard stays unknown. */
export function withEndedTexts(turn: Turn): Turn {
  const items = turn.items.map((item) =>
    isText(item.part) && !item.part.done && item.part.text !== ''
      ? { ...item, part: { ...item.part, done: true, gap: false } }
      : item,
  );
  return { ...turn, items };
}

/** A snapshot tells unfinished text only as far as the server has stored it, which is often not at all. */
function merged(items: readonly TurnItem[], message: ServerMessageId, part: Part): TurnItem {
  const known = items[indexOf(items, message, part.id)];
  if (known === undefined || !isText(part) || !isText(known.part)) return { message, part };
  if (known.part.done && !part.done) return known;
  if (!part.done && known.part.text.length > part.text.length) {
    return { message, part: { ...part, text: known.part.text, gap: true } };
  }
  const same = part.text === known.part.text && part.done === known.part.done && part.gap === known.part.gap;
  return same ? known : { message, part };
}

function isText(part: Part): part is TextPart {
  return part.type === 'text' || part.type === 'reasoning';
}
