/** How a turn ends: the sentence, the small print, the buttons. Pure. */
import type { AgentFailure } from '../core/agent.ts';
import type { Button } from '../core/channel.ts';
import { cost, counted, duration, tokens } from './amounts.ts';
import { oneLine } from './plain.ts';
import { type Priority, priority, type TurnView } from './plan.ts';
import { lastMessage, type Segment } from './segments.ts';
import { failureSentence, sentences } from './sentences.ts';

export interface Ending {
  /** Paragraphs below the text. */
  readonly sentences: readonly string[];
  readonly footnote: string;
  readonly buttons: readonly Button[];
  readonly priority: Priority;
  /** Worth a ping: the answer to somebody who has been waiting. */
  readonly pings: boolean;
}

/** A person looks elsewhere when an answer takes longer, milliseconds. */
const longTurn = 30_000;

const leaving: Ending = {
  sentences: [],
  footnote: sentences.detached,
  buttons: [],
  priority: priority.end,
  pings: false,
};

/** undefined: the turn is not over, and the thread follows it. */
export function endingOf(view: TurnView, last: Segment): Ending | undefined {
  const { standing, settledAt, startedAt } = view;
  if (standing.type === 'detached') return leaving;
  const over = standing.type === 'answered' || standing.type === 'stopped' || standing.type === 'failed';
  if (!over) return undefined;
  const answered = standing.type === 'answered';
  return {
    sentences: endSentences(view, last),
    footnote: [changesLine(view), smallPrint(view)].filter((line) => line !== '').join('\n'),
    buttons: buttonsOf(view),
    priority: answered ? priority.final : priority.end,
    // Who asked elsewhere does not wait here.
    pings:
      answered && view.quote === undefined && settledAt !== undefined && settledAt - startedAt > longTurn,
  };
}

function endSentences(view: TurnView, last: Segment): readonly string[] {
  const { standing } = view;
  const failure = failureOf(view);
  if (standing.type === 'stopped') return [sentences.stopped(standing.by)];
  if (standing.type === 'failed') {
    if (standing.lost) return [sentences.lost(lastDoing(view))];
    if (failure === undefined) return [sentences.bug(standing.reference)];
    return [failureSentence(failure, standing.reference)];
  }
  if (failure !== undefined) return [failureSentence(failure, undefined)];
  if (lastMessage(view.turn)?.finish === 'length') return [sentences.length];
  return speaks(last) || isUnknown(view) ? [] : [wasRejected(view) ? sentences.dismissed : sentences.empty];
}

/** Nothing of the run is known: it has not begun, or we have only just started to look. */
export function isUnknown({ turn }: TurnView): boolean {
  return turn.messages.length === 0;
}

/** A run that was taken up again and did not come to words: what the lost one said stays. */
export function leavesEarlier({ resumedAt, baseSegment }: TurnView, segment: Segment): boolean {
  return resumedAt !== undefined && segment.number === baseSegment && !speaks(segment);
}

function speaks({ entries }: Segment): boolean {
  return entries.some(({ item: { part } }) => part.type === 'text' && part.text.trim() !== '');
}

function failureOf({ turn }: TurnView): AgentFailure | undefined {
  return turn.failure ?? lastMessage(turn)?.failure;
}

/** Without a reason, a rejection ends the run. */
function wasRejected({ requests, attempt }: TurnView): boolean {
  const decision = requests.findLast((request) => request.attempt === attempt)?.decision;
  return decision?.reply === 'reject' && decision.reason === undefined;
}

function lastDoing({ turn }: TurnView): string | undefined {
  const part = turn.items.findLast((item) => item.part.type === 'tool')?.part;
  return part?.type === 'tool' ? `${part.tool} ${part.subject}`.trim() : undefined;
}

function buttonsOf(view: TurnView): readonly Button[] {
  const { id, standing, changes, token } = view;
  const again = standing.type === 'failed' && standing.lost;
  return [
    ...(again ? [button('Run again', token({ type: 'again', prompt: id }))] : []),
    ...(changes !== undefined && changes.files > 0
      ? [button('Diff', token({ type: 'diff', prompt: id }))]
      : []),
  ];
}

function button(label: string, token: string): Button {
  return { label, token, style: 'plain' };
}

function changesLine({ changes }: TurnView): string {
  if (changes === undefined || changes.files === 0) return '';
  return `${counted(changes.files, 'file')} changed, +${changes.added} −${changes.removed}`;
}

function smallPrint(view: TurnView): string {
  const { turn, startedAt, settledAt } = view;
  const message = lastMessage(turn);
  if (message === undefined) return '';
  const used = turn.messages.reduce((sum, one) => sum + one.tokens, 0);
  const paid = turn.messages.reduce((sum, one) => sum + one.cost, 0);
  return [
    oneLine(message.model.slice(message.model.indexOf('/') + 1)),
    oneLine(message.agent),
    settledAt === undefined ? '' : duration(settledAt - startedAt),
    used === 0 ? '' : tokens(used),
    cost(paid),
    view.gateOff === true ? sentences.gateOff : '',
  ]
    .filter((word) => word !== '')
    .join(' · ');
}
