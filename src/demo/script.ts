/**
 * What the scripted model answers: the first of these words that stands in what a person says decides.
 *
 * Shown on the page: stream, shell, edit, question, todo, subagent, error, long (see tour.ts). For tests as well:
 * `fail` (a key that is refused for good), `mute` (nothing, again and again), `slow` (a minute of text at the default
 * pace), `parallel` (two commands in one message), `echo …` (says the rest), `call …` (any tool, with any input), `survey` (what the sub-agent does),
 * `file` or `files` (what came with the message, said also where no word decides). Anything else is a hint.
 */
import type { Conversation } from './conversation.ts';
import { call } from './scripts/call.ts';
import { edit } from './scripts/edit.ts';
import { files } from './scripts/files.ts';
import { long } from './scripts/long.ts';
import { echo, slow, stream } from './scripts/prose.ts';
import { error, fail, wordless } from './scripts/provider.ts';
import { question } from './scripts/question.ts';
import { parallel, shell, survey } from './scripts/shell.ts';
import { subagent } from './scripts/subagent.ts';
import { todoScript } from './scripts/todo.ts';
import { type Step, say } from './step.ts';
import { hint } from './tour.ts';

const scripts = new Map<string, (conversation: Conversation) => Step>(
  Object.entries({
    ...{ stream, shell, edit, question, todo: todoScript, subagent, error, long },
    ...{ fail, mute: wordless, slow, parallel, echo, call, survey },
    ...{ file: files, files },
  }),
);

const anyWord = new RegExp(`\\b(${[...scripts.keys()].join('|')})\\b`, 'i');

/** The word that decides, if there is one. */
export function wordIn(text: string): string | undefined {
  return anyWord.exec(text)?.[1]?.toLowerCase();
}

export function nextScriptStep(conversation: Conversation): Step {
  const word = wordIn(conversation.text);
  if (conversation.purpose === 'title') return say(word ? `Demo: ${word}` : 'Demo');
  if (conversation.purpose === 'summary')
    return say('## Objective\n- Try out what an agent shows in a thread.');
  const other = conversation.files.length > 0 ? files : () => say(hint);
  return (scripts.get(word ?? '') ?? other)(conversation);
}
