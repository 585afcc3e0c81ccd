/**
 * What the scripted model answers: the first of these words that stands in what a person says decides.
 *
 * Shown on the page: stream, shell, edit, question, todo, subagent, error, long (see tour.ts). For tests as well:
 * `fail` (a key that is refused for good), `slow` (a minute of text at the default pace), `parallel` (two commands
 * in one message), `echo …` (says the rest), `survey` (what the sub-agent does). Anything else is a hint.
 */
import type { Conversation } from './conversation.ts';
import { echo, slow, stream } from './scripts/prose.ts';
import { parallel, shell, survey } from './scripts/shell.ts';
import { type Step, say } from './step.ts';

type Script = (conversation: Conversation) => Step;

const scripts = { stream, shell, slow, parallel, echo, survey } satisfies Record<string, Script>;

export type ScriptWord = keyof typeof scripts;

const words = Object.keys(scripts) as ScriptWord[];
const anyWord = new RegExp(`\\b(${words.join('|')})\\b`, 'i');

/** The word that decides, if there is one. */
export function wordIn(text: string): ScriptWord | undefined {
  const found = anyWord.exec(text)?.[1]?.toLowerCase();
  return words.find((word) => word === found);
}

export function nextStep(conversation: Conversation): Step {
  if (conversation.purpose === 'title') return say(titleOf(conversation.text));
  if (conversation.purpose === 'summary') return say('## Objective\n- Try out what the demo shows.');
  const word = wordIn(conversation.text);
  return word ? scripts[word](conversation) : say(hint);
}

function titleOf(text: string): string {
  const word = wordIn(text);
  return word ? `Demo: ${word}` : 'Demo';
}

const hint = 'Hello, I am the scripted model of the demo.';
