/** What a tool printed, as far as the server kept it. */
import type { ToolPart as RawTool } from '@opencode-ai/sdk/v2';
import type { ToolOutput } from '../../core/library.ts';
import { subjectOf } from './parts.ts';

/** What the server puts above the end of an output of more than 2,000 lines or 50 kB. */
const cutMark = /^\.\.\.output truncated\.\.\.\n\n(?:Full output saved to: .*\n\n)?/;

export function outputOf({ tool, state }: RawTool, directory: string): ToolOutput {
  const metadata: Readonly<Record<string, unknown>> =
    ('metadata' in state ? state.metadata : undefined) ?? {};
  const told = metadata['output'];
  const running = typeof told === 'string' ? told : '';
  const printed =
    state.status === 'completed' ? state.output : state.status === 'error' ? state.error : running;
  return {
    tool,
    subject: subjectOf(tool, state, directory),
    text: printed.replace(cutMark, ''),
    unfinished: state.status === 'pending' || state.status === 'running',
    cut: metadata['truncated'] === true || cutMark.test(printed),
  };
}
