import type { Conversation } from '../conversation.ts';
import { type Step, say } from '../step.ts';
import { refusal } from './shell.ts';

/** Gives a part of the work to a sub-agent, whose command asks; then sums up. */
export function subagent(conversation: Conversation): Step {
  const [result] = conversation.results;
  if (!result) {
    const input = {
      description: 'Survey the sources',
      prompt: 'survey the sources',
      subagent_type: 'general',
    };
    return say("I'll let a sub-agent look around.", [{ tool: 'task', input }]);
  }
  const refused = refusal(result);
  if (refused) return say(refused);
  const report = /<task_result>([\s\S]*?)<\/task_result>/.exec(result.output)?.[1]?.trim();
  if (!report) return say('The sub-agent came back without a report.');
  return say(`The sub-agent is back. Its report:\n\n${report}`);
}
