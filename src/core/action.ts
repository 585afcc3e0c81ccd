/**
 * What a button of ours does, as it travels in the button's token. Actions are written and read here alone: buttons
 * stand in threads for months, and their tokens are signed, so the form never changes.
 */
import { type PromptId, promptId, type RequestId, requestId } from './ids.ts';
export type Action = PromptAction | RequestAction | CommandAction;

/** `now`: send into the run that goes on; `again`: run once more; `diff`: show what changed. */
export interface PromptAction {
  readonly type: (typeof promptActions)[number];
  readonly prompt: PromptId;
}

/** A choice on the card of a request. `option.<i>` counts from 0; `words`: reject with what was answered in words. */
export interface RequestAction {
  readonly type: 'request';
  readonly request: RequestId;
  readonly choice: CardChoice;
}

export type CardChoice = 'once' | 'reject' | 'reason' | 'words' | 'form' | 'again' | `option.${number}`;

/** A button of a command's answer. */
export interface CommandAction {
  readonly type: 'command';
  readonly name: string;
  readonly verb: string;
  /** May hold anything. */
  readonly argument: string;
}

const promptActions = ['stop', 'now', 'again', 'diff'] as const;

/** `stop:<prompt>`, `request:<id>:<choice>`, `command:<name>:<verb>:<argument>`. */
export function actionText(action: Action): string {
  switch (action.type) {
    case 'request':
      return `request:${action.request}:${action.choice}`;
    case 'command':
      return `command:${action.name}:${action.verb}:${action.argument}`;
    default:
      return `${action.type}:${action.prompt}`;
  }
}

/** undefined: no version of ours writes such a text. */
export function readAction(text: string): Action | undefined {
  const [type, first = '', second = '', ...rest] = text.split(':');
  if (type === 'command') return { type, name: first, verb: second, argument: rest.join(':') };
  if (type === 'request')
    return isChoice(second) ? { type, request: requestId(Number(first)), choice: second } : undefined;
  const known = promptActions.find((one) => one === type);
  return known === undefined ? undefined : { type: known, prompt: promptId(Number(first)) };
}

function isChoice(text: string): text is CardChoice {
  return /^(?:once|reject|reason|words|form|again|option\.\d+)$/.test(text);
}
