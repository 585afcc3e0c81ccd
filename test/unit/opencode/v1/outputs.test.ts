import type { ToolPart } from '@opencode-ai/sdk/v2';
import { expect, test } from 'vitest';
import { outputOf } from '../../../../src/opencode/v1/outputs.ts';

const part = (state: object): ToolPart =>
  ({ id: 'prt_1', type: 'tool', tool: 'bash', callID: 'c', state }) as unknown as ToolPart;
const input = { command: 'ls' };

test('of an output that was cut only the end is there, without a path of the server', () => {
  const output =
    '...output truncated...\n\nFull output saved to: /home/user/.local/share/opencode/tool-output/tool_1\n\nline 1786\n';
  const metadata = { truncated: true, outputPath: '/home/user/.local/share/opencode/tool-output/tool_1' };
  expect(outputOf(part({ status: 'completed', input, output, metadata }), '/srv')).toEqual({
    tool: 'bash',
    subject: 'ls',
    text: 'line 1786\n',
    unfinished: false,
    cut: true,
  });
});

test('of a tool that still runs it is what has been printed so far, of one that failed it is why', () => {
  const running = { status: 'running', input, metadata: { output: 'so far' } };
  expect(outputOf(part(running), '/srv')).toMatchObject({ text: 'so far', unfinished: true });
  const failed = { status: 'error', input, error: 'no such file' };
  expect(outputOf(part(failed), '/srv')).toMatchObject({
    text: 'no such file',
    unfinished: false,
    cut: false,
  });
});
