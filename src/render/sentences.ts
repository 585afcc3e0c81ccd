/** What is said to people in words of ours: what happened, what it means for the message, what to do. Pure. */
import type { AgentFailure } from '../core/agent.ts';
import { clip } from '../core/clip.ts';
import type { Turn } from '../core/turn.ts';
import { escaped } from './plain.ts';

/** Tries that the agent server makes before it gives up (facts: opencode §5). */
const mostTries = 5;

const messageLength = 200;

export const sentences = {
  noModel:
    'No model is set up on the agent server. Run `opencode auth login` there, or choose one with `!model`.',
  gateOff: 'approvals are off on this server',
  compacted: 'The conversation was summarised to make room; nothing was lost in this thread.',
  joined: 'Sent into the running turn; one answer will cover both messages.',
  detached: 'It goes on elsewhere and is no longer shown here.',
  empty: 'The agent ended without an answer.',
  done: 'Done.',
  dismissed: 'The run ended with the rejection; nothing after it was done.',
  length:
    'The answer stops here because the model reached its longest output. Write "go on" to have it continued.',
  ownAnswer: 'A reply to this message is the answer.',
  ownAnswers: (questions: number): string =>
    `A reply to this message is the answer: ${questions} lines, one for each question.`,
  buttonsDecide: 'Only a button decides this.',
  ownReason: 'Only a button decides this; a reply can become the reason of a rejection.',
  askedBack: (by: string): string =>
    `${escaped(by)} answered in words, and words decide nothing here: it still waits for a button.`,
  allowAbove: 'It can be allowed on its card above.',
  seeCard: 'Decided since: its card says how.',
  unknownAct:
    'The agent server does not tell what exactly would be done, so here it can only be rejected. Ask for another way, or decide in OpenCode.',
  longAct: (file: string | undefined, stands: boolean): string =>
    file === undefined
      ? 'Not all of it can be shown here, so here it can only be rejected. Ask for smaller steps, or decide in OpenCode.'
      : stands
        ? `All of it is in ${file}.`
        : `All of it follows as ${file}; then it can be allowed.`,
  longQuestion: (file: string | undefined): string =>
    file === undefined ? 'Not all of it can be shown here.' : `All of it is in ${file}.`,
  queued: (ahead: number): string =>
    `Queued behind ${ahead === 1 ? '1 message' : `${ahead} messages`}. Edit or delete it to change or withdraw it.`,
  question: 'Queued: waiting for your answer above. Edit or delete it to change or withdraw it.',
  away: (since: string): string =>
    `The agent server has not answered since ${since}. Your message is kept and runs when it is back. Delete it to withdraw it.`,
  awayRunning: (since: string): string =>
    `The agent server has not answered since ${since}. Your message is kept and goes on when it is back.`,
  silent: (span: string): string =>
    `The model has said nothing for ${span}. It may still answer; Stop ends the turn.`,
  waits: (path: string, where: string): string =>
    `Waits until the request about ${path} ${where} is answered.`,
  follows: '… goes on; the whole answer follows as a file.',
  cutOff: '… goes on.',
  inFile: (name: string, length: string): string => `The whole answer is in ${name} (${length}).`,
  resumed: (at: string): string =>
    `The agent server restarted at ${at} while this was running; going on with the same message.`,
  stopped: (by: string): string => `Stopped by ${escaped(by)}.`,
  lost: (last: string | undefined): string =>
    `The run ended with the server's restart and could not be resumed. ${
      last === undefined ? 'Nothing was done.' : `Nothing after "${escaped(last)}" was done.`
    }`,
  bug: (reference: string | undefined): string =>
    `Something went wrong on our side; the agent is not affected.${
      reference === undefined ? '' : ` Reference ${reference}.`
    }`,
} as const;

export function retrySentence({ attempt, message }: NonNullable<Turn['retry']>, next: string): string {
  return `The model provider ${trouble(message)}; next try at ${next} (${attempt} of ${mostTries}).`;
}

/** The server says why in words of the provider's. */
function trouble(message: string): string {
  if (/overload|\b529\b|\b503\b/i.test(message)) return 'is overloaded';
  if (/rate|quota|too many|\b429\b/i.test(message)) return 'takes no more requests from us for now';
  return 'answered with an error';
}

export function failureSentence(failure: AgentFailure, reference: string | undefined): string {
  const { kind, provider, status, message } = failure;
  const code = status === undefined ? '' : ` (${status})`;
  const details = reference === undefined ? '' : `; details: ref ${reference}`;
  switch (kind) {
    case 'no-model':
      return sentences.noModel;
    case 'auth':
      return `The provider refused the key of ${escaped(provider ?? 'the model')}${code}. An operator can fix it on the agent server${details}.`;
    case 'provider':
      return `The model provider${provider === undefined ? '' : ` ${escaped(provider)}`} failed${code}${saying(message)}. Send the message again to try once more${details}.`;
    case 'overflow':
      return 'The conversation no longer fits the model, even summarised. Ask for less at once, or go on in a new thread.';
    case 'length':
      return sentences.length;
    case 'filtered':
      return "The provider's content filter stopped the answer. Say it in other words and send it again.";
    case 'silent':
      return `The model was called ${message} times and answered nothing, so the turn was ended. Send the message again, or choose another model with \`!model\`; an operator can see on the agent server what the provider answers${details}.`;
    case 'aborted':
      return 'The run was stopped on the agent server, not from here.';
    case 'unknown':
      return `The agent server reported an error${saying(message)}. Send the message again to try once more${details}.`;
  }
}

function saying(message: string): string {
  const text = message.trim().replace(/[.!]+$/, '');
  return text === '' ? '' : `: ${escaped(clip(text, messageLength))}`;
}
