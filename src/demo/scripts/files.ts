import type { Conversation } from '../conversation.ts';
import { type Step, say } from '../step.ts';

/** Says what came with the prompt: name, type and size of each file. */
export function files({ files: all }: Pick<Conversation, 'files'>): Step {
  if (all.length === 0) return say('There was no file with this message.');
  const lines = all.map(({ name, type, size }) => `- \`${name}\`: ${type}, ${size} bytes`);
  return say([`I got ${all.length === 1 ? 'one file' : `${all.length} files`}:`, '', ...lines].join('\n'));
}
