import type { Conversation, ToolResult } from '../conversation.ts';
import { type Step, say, type ToolCall } from '../step.ts';

const command = 'wc -l src/*.ts test/*.ts';

const count: ToolCall = { tool: 'bash', input: { command, description: 'Count the lines of each file' } };
const list: ToolCall = { tool: 'bash', input: { command: 'ls src', description: 'List the sources' } };
const where: ToolCall = { tool: 'bash', input: { command: 'pwd', description: 'Say where this is' } };

/** A command that asks permission, then an answer that depends on what came of it. */
export function shell(conversation: Conversation): Step {
  const [result] = conversation.results;
  if (!result) return say("I'll count the lines of the project's files.", [count]);
  return say(
    refusal(result) ??
      `The command ran. It printed:\n\n${fenced(result.output)}\n\nThat is the whole project.`,
  );
}

/** Two commands in one message: two requests at the same time. */
export function parallel(conversation: Conversation): Step {
  const { results } = conversation;
  if (results.length === 0) return say("I'll look at two things at once.", [list, where]);
  return say(
    results.map((result) => refusal(result) ?? `It printed:\n\n${fenced(result.output)}`).join('\n\n'),
  );
}

/** What the sub-agent of the tour does: its command asks from a session of its own. */
export function survey(conversation: Conversation): Step {
  const [result] = conversation.results;
  if (!result) return say('Looking at the sources.', [list]);
  return say(refusal(result) ?? `The sources are:\n\n${fenced(result.output)}`);
}

const feedback =
  /The user rejected permission to use this specific tool call(?: with the following feedback: ([\s\S]*))?/;

/** The answer to a refusal, `undefined` where the tool was allowed. */
export function refusal(result: ToolResult): string | undefined {
  const match = feedback.exec(result.output);
  if (!match) return undefined;
  const reason = match[1]?.trim();
  if (!reason) return 'You refused, so I did not do it.';
  return `You refused, so I did not do it. Your reason was: ${reason}`;
}

function fenced(output: string): string {
  return `\`\`\`text\n${output.trimEnd()}\n\`\`\``;
}
