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
      return elsewhereLine(asked, time);
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
    case 'always':
      return `✓ Allowed once by ${by}`;
    case 'reject':
      return `✗ Rejected by ${by}${decision.reason === undefined ? '' : `: ${short(decision.reason)}`}`;
    case 'answers':
      return `✓ Answered by ${by}${chosenWords(decision.answers)}`;
    default:
      return assertNever(decision);
  }
}

/** Somebody decided at the agent server itself, in its terminal or with another client. */
function elsewhereLine({ decision }: RequestView, time: string): string {
  const by = `by another client of the agent server${time}`;
  if (decision === undefined) return `Answered ${by}`;
  switch (decision.reply) {
    case 'once':
      return `✓ Allowed ${by}`;
    case 'always':
      return `✓ Allowed always ${by}: the server no longer asks for what is like it, until it restarts`;
    case 'reject':
      return `✗ Rejected ${by}`;
    case 'answers':
      return `✓ Answered ${by}${chosenWords(decision.answers)}`;
    default:
      return assertNever(decision);
  }
}

function chosenWords(answers: readonly (readonly string[])[]): string {
  const words = answers.map((chosen) => chosen.join(', ')).join('; ');
  return words === '' ? '' : `: ${short(words)}`;
}

function short(text: string): string {
  return escaped(clip(text, answerLength));
}

function patience({ askedAt, expiresAt }: RequestView): string {
  const minutes = Math.max(1, Math.round((expiresAt - askedAt) / 60_000));
  return minutes % 60 === 0 ? counted(minutes / 60, 'hour') : counted(minutes, 'minute');
}
