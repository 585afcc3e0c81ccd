/** A reply in words to the card of a question, as answers: one line for each question. Pure. */
import type { Question } from '../../core/agent.ts';
import { escaped } from '../../render/plain.ts';

/** `missing`: why nothing was answered, and how it is done, as Markdown. */
export type Replied = { readonly answers: readonly (readonly string[])[] } | { readonly missing: string };

export function answersIn(text: string, questions: readonly Question[]): Replied {
  const lines = questions.length === 1 ? [text.trim()] : linesOf(text);
  if (lines.length !== questions.length) return { missing: missingLines(lines.length, questions) };
  const answers: (readonly string[])[] = [];
  for (const [at, question] of questions.entries()) {
    const line = lines[at] ?? '';
    const answer = chosen(line, question);
    if (answer === undefined) return { missing: noChoice(line, question) };
    answers.push(answer);
  }
  return { answers };
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function missingLines(lines: number, questions: readonly Question[]): string {
  const told = lines === 1 ? 'one line' : `${lines} lines`;
  const open = questions.slice(lines).map(nameOf).join(', ');
  const lacks = open === '' ? '' : ` Not answered: ${open}.`;
  const order = questions.map(nameOf).join(', then ');
  return `Nothing was answered yet: the card has ${questions.length} questions and your reply has ${told}.${lacks} Reply to it with one line for each: ${order}. Or use its form.`;
}

function noChoice(words: string, question: Question): string {
  const choices = question.options.map(({ label }, at) => `${at + 1}. ${escaped(label)}`).join(', ');
  return `Nothing was answered yet: "${escaped(words)}" is none of the choices for ${nameOf(question)}. They are: ${choices}.`;
}

function nameOf({ header, question }: Question): string {
  return escaped((header.trim() === '' ? question : header).replace(/[?.!:\s]+$/, ''));
}

/** A choice by its label or its number, several with commas; else the words themselves, where they may be. */
function chosen(words: string, question: Question): readonly string[] | undefined {
  const whole = labelOf(words, question);
  if (whole !== undefined) return [whole];
  const several = question.multiple ? words.split(',').map((one) => labelOf(one.trim(), question)) : [];
  const labels = several.filter((label) => label !== undefined);
  if (several.length > 0 && labels.length === several.length) return labels;
  return question.custom ? [words] : undefined;
}

function labelOf(words: string, { options }: Question): string | undefined {
  const number = /^(\d{1,3})[.)]?$/.exec(words)?.[1];
  const same = options.find(({ label }) => label.trim().toLowerCase() === words.toLowerCase());
  return (same ?? (number === undefined ? undefined : options[Number(number) - 1]))?.label;
}
