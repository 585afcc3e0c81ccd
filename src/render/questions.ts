/** The card of a question: its text, buttons or form. Pure. */
import type { CardChoice } from '../core/action.ts';
/** Cards that ask for a choice or an answer in own words. Pure. */
import type { Question, QuestionRequest } from '../core/agent.ts';
import type { Button, Capabilities, Form, FormField, OutboundMessage } from '../core/channel.ts';
import { clip } from '../core/clip.ts';
import { escaped, oneLine, quoted } from './plain.ts';
import { sentences } from './sentences.ts';

/** What is asked of a person: buttons, a form shown open, and what else can be done. */
export interface Controls {
  readonly buttons: readonly Button[];
  readonly form?: OutboundMessage['form'];
  /** Lines. */
  readonly hint: readonly string[];
}

/** What is asked, as a quotation: nothing that the model wrote can look like a line of ours. */
export function askedText(
  { questions, from, session }: QuestionRequest,
  sign: string,
  longest: number,
): string {
  const who = from === session ? 'Has a question' : 'A sub-agent has a question';
  const each = Math.ceil(longest / Math.max(1, questions.length));
  return [`${sign}${who}`, ...questions.map((question) => quotation(question, each))].join('\n\n');
}

function quotation({ header, question, options, multiple }: Question, longest: number): string {
  const title = header.trim() === '' ? [] : [`> **${escaped(header)}**`, '>'];
  const choices = options.map(({ label, description }, at) => {
    const about = description.trim() === '' ? '' : `: ${escaped(clip(description, longest))}`;
    return `> ${at + 1}. ${escaped(clip(label, longest))}${about}`;
  });
  const several = multiple ? ['>', '> Several may be chosen.'] : [];
  const list = choices.length === 0 ? [] : ['>', ...choices];
  return [...title, quoted(clip(question, longest)), ...list, ...several].join('\n');
}

export function questionControls(
  questions: readonly Question[],
  token: (choice: CardChoice) => string,
  capabilities: Capabilities,
): Controls {
  const hint = hintOf(questions, capabilities);
  const [only] = questions;
  if (only === undefined) return { buttons: [], hint };
  if (questions.length === 1 && !only.multiple) {
    const buttons = choiceButtons(only, token, capabilities);
    if (buttons !== undefined) return { buttons, hint };
  }
  if (capabilities.forms === 'none') return { buttons: [], hint };
  return { buttons: [], form: formOf(questions, token), hint };
}

/** What a reply does, where a message can be one to this card. */
function hintOf(questions: readonly Question[], { forms, replies }: Capabilities): readonly string[] {
  const words = forms === 'none' || questions.some(({ custom }) => custom);
  if (!words || !replies) return [];
  return [questions.length > 1 ? sentences.ownAnswers(questions.length) : sentences.ownAnswer];
}

/** A button for each choice; undefined where there are more than the platform can show. */
function choiceButtons(
  question: Question,
  token: (choice: CardChoice) => string,
  capabilities: Capabilities,
): readonly Button[] | undefined {
  const { perMessage, labelLength } = capabilities.buttons;
  const own: readonly Button[] =
    question.custom && capabilities.forms === 'inline'
      ? [{ label: 'Own answer', token: token('form'), style: 'plain', form: formOf([question], token) }]
      : [];
  if (question.options.length + own.length > perMessage) return undefined;
  const labels = question.options.map(({ label }) => oneLine(label));
  const told = labels.map((label) => clip(label, labelLength));
  const unlike = new Set(told).size === told.length && !told.includes('');
  const buttons = told.map(
    (label, at): Button => ({
      label: unlike ? label : clip(`${at + 1}. ${labels[at] ?? ''}`, labelLength),
      token: token(`option.${at}`),
      style: 'plain',
    }),
  );
  return [...buttons, ...own];
}

function formOf(questions: readonly Question[], token: (choice: CardChoice) => string): Form {
  return {
    token: token('form'),
    title: 'Answer',
    submit: 'Answer',
    fields: questions.map(fieldOf),
  };
}

function fieldOf({ header, question, options, multiple, custom }: Question, at: number): FormField {
  return {
    id: `q${at}`,
    label: oneLine(question.trim() === '' ? header : question),
    options,
    multiple,
    custom,
    required: true,
  };
}
