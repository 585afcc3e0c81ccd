import { actionText } from '../../src/core/action.ts';
import type { Part } from '../../src/core/agent.ts';
import type { Capabilities } from '../../src/core/channel.ts';
import { promptId, serverMessageId, serverSessionId } from '../../src/core/ids.ts';
import { emptyTurn, reduce, type Turn } from '../../src/core/turn.ts';
import type { TurnView } from '../../src/render/plan.ts';
import { type Layout, render } from '../../src/render/render.ts';

const edits = 200;

const paragraph = [
  'The test compares **local time** with UTC, see `src/date.ts` and [the docs](https://example.com/date).',
  '',
  '```ts',
  'const now = new Date();',
  'const later = addDays(now, 3);',
  '```',
  '',
  '| zone | offset |',
  '|---|---|',
  '| UTC | 0 |',
  '',
  '- first, the *easy* part',
  '- then the rest of it, which is longer and goes on for a while',
  '',
  '',
].join('\n');

const capabilities: Capabilities = {
  maxLength: 4_000,
  measure: (markdown) => markdown.length,
  edits: 'any',
  editsNotify: true,
  buttons: { perMessage: 5, labelLength: 30 },
  forms: 'inline',
  rates: [],
  replies: true,
  uploads: 'none',
  recognisesRepeatedPost: true,
};

function viewOf(turn: Turn): TurnView {
  return {
    id: promptId(1),
    turn,
    standing: { type: 'running' },
    author: { id: 'web:owner', name: 'Ann' },
    message: 'm',
    project: 'api',
    verbosity: 'normal',
    attempt: 0,
    baseSegment: 0,
    requests: [],
    startedAt: 0,
    settledAt: undefined,
    resumedAt: undefined,
    awaySince: undefined,
    changes: undefined,
    now: 0,
    stands: () => true,
    token: actionText,
    clock: () => '10:42',
  };
}

const root = serverSessionId('root');
const m1 = serverMessageId('m1');

function turnWith(length: number): Turn {
  const text = paragraph.repeat(Math.ceil(length / paragraph.length)).slice(0, length);
  const part: Part = { type: 'text', id: 'p', text, done: false, gap: false };
  const message = {
    id: m1,
    session: root,
    parent: serverMessageId('prompt'),
    model: 'fake/model',
    agent: 'build',
    startedAt: 0,
    tokens: 0,
    cost: 0,
  };
  const spoken = reduce(emptyTurn, { type: 'message-updated', session: root, message });
  return reduce(spoken, { type: 'part-updated', session: root, message: m1, part });
}

interface Cost {
  readonly first: number;
  readonly edit: number;
}

/** Microseconds: rendering all of it once, then each edit with 40 characters more. */
function costAt(length: number): Cost {
  let turn = turnWith(length);
  const before = performance.now();
  let layout: Layout = render(viewOf(turn), capabilities).layout;
  const first = (performance.now() - before) * 1_000;
  const times: number[] = [];
  for (let at = 0; at < edits; at++) {
    const from = (length + at * 40) % paragraph.length;
    const text = paragraph.slice(from, from + 40);
    turn = reduce(turn, { type: 'part-appended', session: root, message: m1, part: 'p', text });
    const start = performance.now();
    layout = render(viewOf(turn), capabilities, layout).layout;
    times.push((performance.now() - start) * 1_000);
  }
  times.sort((a, b) => a - b);
  return { first, edit: times[Math.floor(times.length / 2)] ?? 0 };
}

/** What an edit costs while an answer grows: roughly the same at any length, since settled text is not read again. */
export async function benchRender(): Promise<readonly string[]> {
  costAt(16_000);
  return [4, 16, 64].map((kilobytes) => {
    const costs = Array.from({ length: 5 }, () => costAt(kilobytes * 1_000));
    const edit = Math.min(...costs.map((cost) => cost.edit));
    const first = Math.min(...costs.map((cost) => cost.first));
    return `render, answer of ${String(kilobytes).padStart(2)} kB: ${edit.toFixed(0)} µs an edit, ${first.toFixed(0)} µs from scratch`;
  });
}
