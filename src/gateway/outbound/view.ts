/** What render is given of a turn for one thread: the state in words of render. Pure. */
import { actionText } from '../../core/action.ts';
import type { ThreadId } from '../../core/ids.ts';
import { isOver, isRunning } from '../../core/prompt.ts';
import type { SlotKey } from '../../core/slot.ts';
import type { PromptStanding, RequestView, TurnView } from '../../render/plan.ts';
import type { PromptRow, RequestRow, ThreadRow } from '../../store/types.ts';
import type { Ids } from '../ids.ts';
import { silentSince } from '../policy/silence.ts';
import { pieceWords } from '../policy/words.ts';
import type { Shard } from '../shard.ts';
import { whereFrom } from '../thread-name.ts';
import { type ActiveTurn, type Screen, screenIn, type Turns } from './turns.ts';

/** What a view needs besides the turn itself. */
export interface Surroundings {
  readonly now: number;
  /** The server does not answer, since when. */
  readonly awaySince: number | undefined;
  /** The server would run a shell command without asking. */
  readonly gateOff: boolean;
  readonly silenceMs: number;
  readonly ids: Ids;
  /** Who knows how places are called. */
  readonly outlets: Shard['outlets'];
  /** Whether the message of this slot is known to stand in the thread. */
  stands(slot: SlotKey): boolean;
}

/** Everything that render looks at for what one thread shows of a turn. Pure. */
export function viewOf(
  turns: Turns,
  one: ActiveTurn,
  { thread, detached }: Screen,
  { now, awaySince, gateOff, silenceMs, ids, outlets, stands }: Surroundings,
): TurnView {
  const { prompt } = one;
  const from = (place: ThreadId | undefined): string => saidIn(outlets, one, thread.id, place);
  const isHere = prompt.thread === thread.id && !prompt.outside;
  return {
    id: prompt.id,
    turn: one.turn.failure === undefined ? { ...one.turn, failure: prompt.outcome.failure } : one.turn,
    standing: detached ? { type: 'detached' } : standingOf(turns, prompt, from),
    author: prompt.author,
    ...(isHere ? {} : { quote: quoteOf(prompt, from) }),
    message: isHere ? (prompt.pieces.at(-1)?.message ?? '') : '',
    project: one.project,
    verbosity: thread.verbosity,
    attempt: prompt.attempt,
    baseSegment: prompt.baseSegment,
    requests: one.requests.map((row) => requestView(row, thread.id, detached, from)),
    startedAt: prompt.sentAt ?? prompt.createdAt,
    settledAt: prompt.settledAt,
    resumedAt: prompt.resumedAt,
    awaySince: isOver(prompt) ? undefined : awaySince,
    silentSince: isRunning(prompt) ? silentSince(heardOf(one), now, silenceMs) : undefined,
    waitsFor: isRunning(prompt) ? waitsFor(turns, one, thread, outlets) : undefined,
    changes: one.changes,
    gateOff,
    now,
    stands,
    token: (action) => ids.sign(actionText(action)),
    clock: timeOfDay,
  };
}

function heardOf({ turn, requests, heardAt, prompt }: ActiveTurn) {
  const answeredAt = requests.map(({ decidedAt = 0 }) => decidedAt);
  return { turn, requests, heardAt: Math.max(heardAt, prompt.sentAt ?? prompt.createdAt, ...answeredAt) };
}

/** The server lets no two sessions change one file at a time: a tool stands still until a request elsewhere is answered. */
function waitsFor(turns: Turns, one: ActiveTurn, here: ThreadRow, outlets: Shard['outlets']) {
  const asked = new Set(one.requests.map(({ request }) => request.callId));
  const standing = one.turn.items.flatMap(({ part }) =>
    part.type === 'tool' && part.status === 'running' && !asked.has(part.callId) ? [part.subject] : [],
  );
  if (standing.length === 0) return undefined;
  for (const other of turns.all()) {
    if (other.prompt.session === one.prompt.session || other.project !== one.project) continue;
    const open = other.requests.find(
      ({ state, request }) =>
        state === 'open' &&
        request.kind === 'permission' &&
        request.permission === 'edit' &&
        standing.includes(request.subject),
    );
    const there = other.screens[0]?.thread;
    if (open?.request.kind === 'permission' && there !== undefined)
      return { path: open.request.subject, where: whereFrom({ outlets }, there, here) };
  }
  return undefined;
}

/** Words that follow a name where somebody did something in another thread than the one that shows it. */
function saidIn(
  outlets: Shard['outlets'],
  one: ActiveTurn,
  here: ThreadId,
  place: ThreadId | undefined,
): string {
  if (place === undefined || place === here) return '';
  const thread = screenIn(one, place)?.thread;
  const screen = screenIn(one, here);
  return thread === undefined || screen === undefined
    ? ' elsewhere'
    : ` ${whereFrom({ outlets }, thread, screen.thread)}`;
}

type From = (thread: ThreadId | undefined) => string;

function quoteOf({ author, pieces, outside, thread }: PromptRow, from: From) {
  const by = outside ? author.name : `${author.name}${from(thread)}`;
  return { by, text: pieces.map(pieceWords).join('\n\n') };
}

function standingOf(turns: Turns, prompt: PromptRow, from: From): PromptStanding {
  const { state, outcome } = prompt;
  const by = `${outcome.by ?? 'somebody'}${from(outcome.thread)}`;
  if (state === 'withdrawn') return { type: 'withdrawn' };
  if (prompt.joins !== undefined && state !== 'failed') return { type: 'joined' };
  if (state === 'queued') return queuedStanding(turns, prompt);
  if (state === 'stopping') return { type: 'stopping', by };
  if (state === 'stopped') return { type: 'stopped', by };
  if (state === 'failed') {
    return { type: 'failed', lost: outcome.lost ?? false, reference: outcome.reference };
  }
  return state === 'answered' ? { type: 'answered' } : { type: 'running' };
}

function queuedStanding(turns: Turns, prompt: PromptRow): PromptStanding {
  const before = [...turns.all()].filter(
    (other) =>
      other.prompt.session === prompt.session && other.prompt.id < prompt.id && !isOver(other.prompt),
  );
  const question = before.some((other) =>
    other.requests.some(({ state, request }) => state === 'open' && request.kind === 'question'),
  );
  const ahead = before.filter((other) => other.prompt.joins === undefined).length;
  return ahead === 0 ? { type: 'running' } : { type: 'queued', ahead, question };
}

function requestView(row: RequestRow, here: ThreadId, detached: boolean, from: From): RequestView {
  const { id, request, position, attempt, decision, decidedBy, decidedAt, expiresAt, askedAt, words } = row;
  const state = detached && (row.state === 'open' || row.state === 'settling') ? 'detached' : row.state;
  return {
    id,
    request,
    position,
    attempt,
    state,
    decision,
    decidedBy: decidedBy === undefined ? undefined : `${decidedBy.name}${from(row.decidedIn)}`,
    decidedAt,
    expiresAt,
    askedAt,
    words:
      words?.thread === here ? { by: words.by.name, text: words.text, message: words.message } : undefined,
  };
}

function timeOfDay(at: number): string {
  const date = new Date(at);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}
