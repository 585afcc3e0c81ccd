import type { Conversation } from '../conversation.ts';
import { type Step, say, type ToolCall } from '../step.ts';

const items = ['Find the callers of formatDay', 'Write a test with a fixed instant', 'Fix the function'];

/** What is said before each writing of the list. */
const texts = [
  "I'll make a plan first.",
  'Looking for the callers.',
  'There are two callers. Now the test.',
  'The test fails, as it should. Now the fix.',
  'The test passes.',
];

/** Keeps a to-do list: one writing of it for each step, then a summary. */
export function todoScript(conversation: Conversation): Step {
  const written = conversation.results.filter((result) => result.tool === 'todowrite').length;
  const text = texts[written];
  if (text === undefined) return say('All three are done. This was a rehearsal: no file was changed.');
  return say(text, [write(written)]);
}

/** The list as it stands at the nth writing: planned, then one item after another is worked on and completed. */
function write(n: number): ToolCall {
  const todos = items.map((content, index) => ({
    content,
    status: statusOf(index + 1, n),
    priority: 'medium',
  }));
  return { tool: 'todowrite', input: { todos } };
}

function statusOf(item: number, n: number): 'pending' | 'in_progress' | 'completed' {
  if (item === n) return 'in_progress';
  return item < n ? 'completed' : 'pending';
}
