import type { RequestView, Standing, TurnView } from '../render/plan.ts';
import type { PromptRow, RequestRow } from '../store/types.ts';
import type { Ids } from './ids.ts';
import type { ActiveTurn, Turns } from './turns.ts';

/** What a view needs besides the turn itself. */
export interface Surroundings {
  readonly now: number;
  /** The server does not answer, since when. */
  readonly awaySince: number | undefined;
  /** The server would run a shell command without asking. */
  readonly gateOff: boolean;
  readonly ids: Ids;
}

/** Everything that render looks at for one turn. Pure. */
export function viewOf(
  turns: Turns,
  one: ActiveTurn,
  { now, awaySince, gateOff, ids }: Surroundings,
): TurnView {
  const { prompt, thread } = one;
  return {
    id: prompt.id,
    turn: one.turn.failure === undefined ? { ...one.turn, failure: prompt.outcome.failure } : one.turn,
    standing: standingOf(turns, prompt),
    author: prompt.author,
    ...(prompt.elsewhere ? { quote: quoteOf(prompt) } : {}),
    message: prompt.pieces.at(-1)?.message ?? '',
    project: thread.project,
    verbosity: thread.verbosity,
    attempt: prompt.attempt,
    baseSegment: prompt.baseSegment,
    requests: one.requests.map(requestView),
    startedAt: prompt.sentAt ?? prompt.createdAt,
    settledAt: prompt.settledAt,
    resumedAt: prompt.resumedAt,
    awaySince: isOver(prompt) ? undefined : awaySince,
    changes: one.changes,
    gateOff,
    now,
    token: (action) => ids.sign(action),
    clock: timeOfDay,
  };
}

function quoteOf({ author, pieces }: PromptRow) {
  return { by: author.name, text: pieces.map(({ text }) => text).join('\n\n') };
}

export function isOver({ state }: PromptRow): boolean {
  return state === 'answered' || state === 'failed' || state === 'stopped' || state === 'withdrawn';
}

function standingOf(turns: Turns, prompt: PromptRow): Standing {
  const { state, outcome } = prompt;
  if (state === 'withdrawn') return { type: 'withdrawn' };
  if (prompt.joins !== undefined && state !== 'failed') return { type: 'joined' };
  if (state === 'queued') return queuedStanding(turns, prompt);
  if (state === 'stopping') return { type: 'stopping', by: outcome.by ?? 'somebody' };
  if (state === 'stopped') return { type: 'stopped', by: outcome.by ?? 'somebody' };
  if (state === 'failed') {
    return { type: 'failed', lost: outcome.lost ?? false, reference: outcome.reference };
  }
  return state === 'answered' ? { type: 'answered' } : { type: 'running' };
}

function queuedStanding(turns: Turns, prompt: PromptRow): Standing {
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

function requestView(row: RequestRow): RequestView {
  const { id, request, position, attempt, state, decision, decidedAt, expiresAt, askedAt } = row;
  return {
    id,
    request,
    position,
    attempt,
    state,
    decision,
    decidedBy: row.decidedBy?.name,
    decidedAt,
    expiresAt,
    askedAt,
  };
}

function timeOfDay(at: number): string {
  const date = new Date(at);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}
