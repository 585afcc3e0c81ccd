/** What became of a request, as its card says it. Pure. */
import { clip } from '../core/clip.ts';
/** What became of a request, in one line that stays. Pure. */
import { assertNever } from '../core/errors.ts';
import { counted } from './amounts.ts';
import { escaped } from './plain.ts';
import type { RequestView } from './plan.ts';
import { sentences } from './sentences.ts';

const answerLength = 300;

export function outcomeLine(asked: RequestView, clock: (at: number) => string): string {
  const { state, decidedAt } = asked;
  const question = asked.request.kind === 'question';
  const notRun = question ? '' : '; it was not run';
  const time = decidedAt === undefined ? '' : ` · ${clock(decidedAt)}`;
  switch (state) {
    case 'open':
      return '';
    case 'settling':
      return `${escaped(byWhom(asked))} ${verb(asked)}; telling the agent server…`;
    case 'settled':
      return settledLine(asked, time);
    case 'elsewhere':
      return `Answered elsewhere${time}`;
    case 'aborted':
      return `The run ended before an answer${notRun}.`;
    case 'expired':
      return `Nobody answered within ${patience(asked)}${question ? '' : ', so it was not run'}.`;
    case 'detached':
      return sentences.detached;
    case 'lost':
      return `The agent server restarted and no longer knows this request${notRun}.`;
    default:
      return assertNever(state);
  }
}

function byWhom({ decidedBy }: RequestView): string {
  return decidedBy ?? 'Somebody';
}

function verb({ decision }: RequestView): string {
  if (decision?.reply === 'once') return 'allowed it';
  return decision?.reply === 'reject' ? 'rejected it' : 'answered';
}

function settledLine(asked: RequestView, time: string): string {
  const { decision } = asked;
  const by = `${escaped(byWhom(asked))}${time}`;
  if (decision === undefined) return `✓ Answered by ${by}`;
  switch (decision.reply) {
    case 'once':
      return `✓ Allowed once by ${by}`;
    case 'reject':
      return `✗ Rejected by ${by}${decision.reason === undefined ? '' : `: ${short(decision.reason)}`}`;
    case 'answers':
      return `✓ Answered by ${by}: ${short(decision.answers.map((chosen) => chosen.join(', ')).join('; '))}`;
    default:
      return assertNever(decision);
  }
}

function short(text: string): string {
  return escaped(clip(text, answerLength));
}

function patience({ askedAt, expiresAt }: RequestView): string {
  const minutes = Math.max(1, Math.round((expiresAt - askedAt) / 60_000));
  return minutes % 60 === 0 ? counted(minutes / 60, 'hour') : counted(minutes, 'minute');
}
