import type { Conversation } from '../conversation.ts';
import { type Step, say, type ToolCall } from '../step.ts';
import { hint } from '../tour.ts';

const lines = /^(call|and) (\S+) (\{.*\})$/gm;

/**
 * For tests: each line `call <tool> <input as JSON>` is one call, made when those before have answered; a line that
 * begins with `and` belongs into the same message as the one above it.
 */
export function call({ text, results }: Conversation): Step {
  const steps = stepsIn(text);
  if (steps.length === 0) return say(hint);
  let made = 0;
  for (const calls of steps) {
    if (results.length <= made) return say('', calls);
    made += calls.length;
  }
  return say(results.map(({ output }) => output).join('\n\n') || 'Done.');
}

function stepsIn(text: string): readonly (readonly ToolCall[])[] {
  const steps: ToolCall[][] = [];
  for (const [, word, tool = '', input = '{}'] of text.matchAll(lines)) {
    const one = { tool, input: JSON.parse(input) as ToolCall['input'] };
    if (word === 'call') steps.push([one]);
    else steps.at(-1)?.push(one);
  }
  return steps;
}
