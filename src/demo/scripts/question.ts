import type { Conversation } from '../conversation.ts';
import { type Step, say } from '../step.ts';

const option = (label: string, description: string) => ({ label, description });

const questions = [
  {
    header: 'Format',
    question: 'How should a date look in the list of invoices?',
    options: [
      option('2026-03-14', 'sorts by itself'),
      option('14 March 2026', 'for people'),
      option('in 3 days', 'relative to today'),
    ],
  },
  {
    header: 'Places',
    question: 'Where should it change?',
    multiple: true,
    options: [
      option('List', 'the list of invoices'),
      option('Letter', 'the printed invoice'),
      option('Export', 'the file for the accountant'),
    ],
  },
];

/** `"question"="answer"`, one after the other; an answer in somebody's own words may hold quotes. */
const answered = /"([^"]*)"="([\s\S]*?)"(?=, "|\. You can now)/g;

/** Asks two things, one of several and several of several (own words are welcome), and repeats the answers. */
export function question(conversation: Conversation): Step {
  const [result] = conversation.results;
  if (!result) return say('Two things I cannot know:', [{ tool: 'question', input: { questions } }]);
  const answers = [...result.output.matchAll(answered)];
  if (answers.length === 0) return say('No answer, so I change nothing.');
  return say(
    `Thank you. I understood:\n\n${answers.map(([, asked, told]) => `- ${asked} **${told}**`).join('\n')}`,
  );
}
