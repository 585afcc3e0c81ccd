/** Where one run ends and the next begins, by the times of what the server stored. */
import { expect, test } from 'vitest';
import { beginsRun, endOfRun } from '../../../../src/opencode/v1/runs.ts';
import type { RawMessage } from '../../../../src/opencode/v1/stored.ts';

interface Answer {
  readonly at: number;
  readonly until?: number;
  readonly finish?: string;
  readonly summary?: boolean;
  readonly error?: object;
}

function said(at: number, part: object = { type: 'text', text: 'x' }): RawMessage {
  return {
    info: { id: `u${at}`, role: 'user', time: { created: at } },
    parts: [part],
  } as unknown as RawMessage;
}

function answer({ at, until, ...more }: Answer): RawMessage {
  const time = { created: at, ...(until === undefined ? {} : { completed: until }) };
  return { info: { id: `a${at}`, role: 'assistant', time, ...more }, parts: [] } as unknown as RawMessage;
}

const done = { at: 100, until: 5_000, finish: 'stop' };
const last = (messages: readonly RawMessage[], begins: boolean) => [messages, begins] as const;

test.each([
  ['after an answer', ...last([said(0), answer(done), said(9_000)], true)],
  ['the moment that an answer ended', ...last([said(0), answer(done), said(5_000)], true)],
  ['during an answer', ...last([said(0), answer(done), said(4_000)], false)],
  [
    'while it is not known whether the answer goes on',
    ...last([said(0), answer({ at: 100 }), said(9_000)], false),
  ],
  ['between two steps', ...last([said(0), answer({ ...done, finish: 'tool-calls' }), said(5_050)], false)],
  [
    'long after a step that was the last',
    ...last([said(0), answer({ ...done, finish: 'tool-calls' }), said(9_000)], true),
  ],
  [
    'at once after an error in a step',
    ...last([said(0), answer({ ...done, finish: 'tool-calls', error: {} }), said(5_050)], true),
  ],
  [
    'by the server after a summary',
    ...last([said(0), answer({ ...done, summary: true }), said(5_050)], false),
  ],
  [
    'the order to summarise, as the answer ended',
    ...last([said(0), answer(done), said(5_050, { type: 'compaction', auto: true })], false),
  ],
  [
    'an order to summarise, given later',
    ...last([said(0), answer(done), said(9_000, { type: 'compaction', auto: false })], true),
  ],
  ['right after a note', ...last([said(0), answer(done), said(9_000), said(9_100)], false)],
  ['a while after a note', ...last([said(0), answer(done), said(9_000), said(12_000)], true)],
])('what is said %s', (_name, messages, begins) => {
  expect(beginsRun(messages, messages.length - 1)).toBe(begins);
});

test('a run that a killed server left ends where another answer follows', () => {
  const messages = [
    said(0),
    answer({ at: 100 }),
    said(9_000),
    answer({ at: 9_100, until: 9_900, finish: 'stop' }),
  ];
  expect(endOfRun(messages, 0)).toBe(2);
  expect(endOfRun(messages, 0, ['u9000'])).toBe(4);
});
