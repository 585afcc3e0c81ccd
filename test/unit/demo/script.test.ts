import { expect, test } from 'vitest';
import type { Conversation, ToolResult } from '../../../src/demo/conversation.ts';
import { formatDay } from '../../../src/demo/project-files.ts';
import { nextScriptStep, wordIn } from '../../../src/demo/script.ts';
import type { Step } from '../../../src/demo/step.ts';
import { tour } from '../../../src/demo/tour.ts';
import { chunksOf } from '../../../src/demo/wire.ts';

function step(text: string, ...results: readonly ToolResult[]): Step {
  return nextScriptStep({ purpose: 'chat', key: '', text, files: [], results });
}

function said(answer: Step): string {
  return answer.type === 'say' ? answer.text : '';
}

function calls(answer: Step): readonly string[] {
  return answer.type === 'say' ? answer.calls.map(({ tool }) => tool) : [];
}

test.each(tour.map(({ label, text }) => [label, text]))('the chip %s leads to its script', (label, text) => {
  expect(wordIn(text)).toBe(label);
});

test('a word is found anywhere, the first one decides, and only whole words count', () => {
  expect(wordIn('Please show me the STREAM, then the shell')).toBe('stream');
  expect(wordIn('the longest streams of edits')).toBeUndefined();
});

test('an edit is the one that applies to what was read, in whatever version the file is', () => {
  const numbered = (content: string) => content.split('\n').map((line, n) => `${n + 1}: ${line}`);
  const read = (version: string): ToolResult => ({
    tool: 'read',
    output: `<path>/p/src/date.ts</path>\n<content>\n${numbered(version).join('\n')}\n</content>`,
  });
  const inputs = Object.values(formatDay).map((version) => {
    const answer = step('edit', read(version));
    return answer.type === 'say' ? answer.calls[0]?.input : undefined;
  });
  const { local, utc, zoned } = formatDay;
  expect(inputs).toEqual([
    { filePath: '/p/src/date.ts', oldString: local, newString: utc },
    { filePath: '/p/src/date.ts', oldString: utc, newString: zoned },
    { filePath: '/p/src/date.ts', oldString: zoned, newString: utc },
  ]);
  expect(calls(step('edit', read('something else')))).toEqual([]);
  expect(said(step('edit', read('something else')))).toContain('left it alone');
});

test('an edit that the server could not make is not called done', () => {
  const read = {
    tool: 'read',
    output: `<content>\n1: ${formatDay.utc.replaceAll('\n', '\n2: ')}\n</content>`,
  };
  expect(said(step('edit', read, { tool: 'edit', output: 'Could not find oldString' }))).toBe(
    'The edit failed: Could not find oldString',
  );
});

test('an answer in own words is repeated with its quotes', () => {
  const output =
    'User has answered your questions: "What?"="the "big" one", "Where?"="List, Export". You can now continue';
  expect(said(step('question', { tool: 'question', output }))).toBe(
    'Thank you. I understood:\n\n- What? **the "big" one**\n- Where? **List, Export**',
  );
});

test('a question that is dismissed changes nothing', () => {
  expect(said(step('question', { tool: 'question', output: 'The user dismissed this question' }))).toBe(
    'No answer, so I change nothing.',
  );
});

test('a sub-agent that brings no report is said to bring none', () => {
  expect(said(step('subagent', { tool: 'task', output: '' }))).toContain('without a report');
});

test('echo says what follows, and something where nothing does', () => {
  expect(said(step('please echo: this and\nthat'))).toBe('this and\nthat');
  expect(said(step('echo'))).toBe('There was nothing to repeat.');
});

test('slow takes a minute at the default pace', () => {
  const answer = step('slow');
  const seconds = answer.type === 'say' ? (chunksOf(answer.text, answer.words).length * 25) / 1000 : 0;
  expect(seconds).toBeCloseTo(60, 0);
});

test('long is longer than the longest message of any platform that people use', () => {
  expect(said(step('long')).length).toBeGreaterThan(9000);
  expect(said(step('long')).length).toBeLessThan(12_000);
});

test('error recovers after two tries, fail never does', () => {
  expect(step('error')).toMatchObject({
    type: 'recover',
    failures: 2,
    failure: { status: 503, retry: true },
  });
  expect(step('fail')).toMatchObject({ type: 'fail', status: 401, retry: false });
});

test.each([
  ['title', 'Demo: stream'],
  ['summary', '## Objective\n- Try out what an agent shows in a thread.'],
] as const)('a %s is answered cheaply', (purpose: Conversation['purpose'], text) => {
  expect(said(nextScriptStep({ purpose, key: '', text: 'stream', files: [], results: [] }))).toBe(text);
});

test('what came with a message is told where asked for, and where no word decides', () => {
  const files = [
    { name: 'a.png', type: 'image/png', size: 70 },
    { name: 'notes.md', type: 'text/plain', size: 13 },
  ];
  const with2 = (text: string) =>
    said(nextScriptStep({ purpose: 'chat', key: '', text, files, results: [] }));
  const told = 'I got 2 files:\n\n- `a.png`: image/png, 70 bytes\n- `notes.md`: text/plain, 13 bytes';
  expect(with2('what is in these files')).toBe(told);
  expect(with2('')).toBe(told);
  expect(with2('echo hello')).toBe('hello');
  expect(said(step('file'))).toBe('There was no file with this message.');
});
