import { describe, expect, test } from 'vitest';
import type { AgentEvent, AgentMessage, Part, SessionSnapshot, ToolPart } from '../../../src/core/agent.ts';
import { serverMessageId, serverRequestId, serverSessionId } from '../../../src/core/ids.ts';
import { emptyTurn, reduce, type Turn, withEndedTexts } from '../../../src/core/turn.ts';

const session = serverSessionId('root');
const m1 = serverMessageId('m1');

const message: AgentMessage = {
  id: m1,
  session,
  parent: serverMessageId('prompt'),
  model: 'fake/model',
  agent: 'build',
  startedAt: 1,
  tokens: 0,
  cost: 0,
};

const text = (words: string, done: boolean, gap = false): Part => ({
  type: 'text',
  id: 'p1',
  text: words,
  done,
  gap,
});
const tool = (status: ToolPart['status']): Part => ({
  type: 'tool',
  id: 't1',
  callId: 'c1',
  tool: 'bash',
  status,
  subject: 'ls',
  output: '',
  error: '',
});
const updated = (part: Part): AgentEvent => ({ type: 'part-updated', session, message: m1, part });
const appended = (words: string, part = 'p1'): AgentEvent => ({
  type: 'part-appended',
  session,
  message: m1,
  part,
  text: words,
});
const spoken: AgentEvent = { type: 'message-updated', session, message };
const retrying: AgentEvent = {
  type: 'session-retrying',
  session,
  attempt: 1,
  message: 'overloaded',
  next: 9,
};
const snapshotOf = (parts: readonly Part[], more: Partial<SessionSnapshot> = {}): AgentEvent => ({
  type: 'session-snapshot',
  session,
  snapshot: { stored: true, prompts: [], busy: true, messages: [{ message, parts }], requests: [], ...more },
});

const following = (...events: readonly AgentEvent[]): Turn => events.reduce(reduce, emptyTurn);
const texts = ({ items }: Turn) => items.map(({ part }) => (part.type === 'text' ? part.text : part.type));

describe('text', () => {
  test('grows', () => {
    expect(texts(following(spoken, updated(text('', false)), appended('Hello'), appended(', Ann')))).toEqual([
      'Hello, Ann',
    ]);
  });

  test('is what the whole part says, and stays so', () => {
    const whole = [spoken, updated(text('', false)), appended('Hel'), updated(text('Hello.', true))];
    expect(texts(following(...whole, appended('lo'), updated(text('', false))))).toEqual(['Hello.']);
  });

  test('does not grow where its beginning is unknown', () => {
    const turn = following(spoken, updated(text('Hel', false, true)));
    expect(reduce(turn, appended(' there'))).toBe(turn);
  });

  test('of an unknown part is not ours to show', () => {
    const turn = following(spoken);
    expect(reduce(turn, appended('Hello', 'p9'))).toBe(turn);
  });

  test('leaves everything else as it is', () => {
    const before = following(spoken, updated(tool('completed')), updated(text('', false)));
    const turn = reduce(before, appended('Hello'));
    expect(turn.items[0]).toBe(before.items[0]);
    expect(turn.messages).toBe(before.messages);
    expect(texts(before)).toEqual(['tool', '']);
  });
});

describe('parts and messages', () => {
  test('change in place, new ones come last', () => {
    const turn = following(
      spoken,
      updated(tool('running')),
      updated(text('Hi', true)),
      updated(tool('completed')),
    );
    expect(turn.items.map(({ part }) => (part.type === 'tool' ? part.status : part.type))).toEqual([
      'completed',
      'text',
    ]);
    const again = reduce(turn, { type: 'message-updated', session, message: { ...message, finish: 'stop' } });
    expect(again.messages.map(({ finish }) => finish)).toEqual(['stop']);
  });

  test('do not go back to what they were before they ended', () => {
    const turn = following(spoken, updated(tool('failed')));
    expect(reduce(turn, updated(tool('running')))).toBe(turn);
  });

  test('of the same id in another message are others', () => {
    const other: AgentEvent = {
      type: 'part-updated',
      session,
      message: serverMessageId('m2'),
      part: text('Two', true),
    };
    expect(texts(following(spoken, updated(text('One', true)), other))).toEqual(['One', 'Two']);
  });
});

describe('the state', () => {
  test.each<[string, readonly AgentEvent[], Turn['state']]>([
    ['nothing yet', [], 'waiting'],
    ['started', [{ type: 'session-started', session }], 'running'],
    ['a first message', [spoken], 'running'],
    ['a try that failed', [spoken, retrying], 'retrying'],
    ['the next try began', [spoken, retrying, { type: 'session-started', session }], 'running'],
    ['the next try speaks', [spoken, updated(text('', false)), retrying, appended('Hi')], 'running'],
    ['over', [spoken, { type: 'session-settled', session }], 'settled'],
    [
      'over, and a straggler',
      [spoken, { type: 'session-settled', session }, updated(text('Hi', true))],
      'settled',
    ],
    ['found running', [snapshotOf([])], 'running'],
    ['found unheard', [snapshotOf([], { messages: [], busy: false })], 'waiting'],
  ])('%s', (_, events, state) => {
    const turn = following(...events);
    expect(turn.state).toBe(state);
    expect(turn.retry !== undefined).toBe(state === 'retrying');
  });

  test('keeps why it failed', () => {
    const failure = { kind: 'no-model', message: 'none' } as const;
    expect(following({ type: 'session-failed', session, failure })).toMatchObject({
      state: 'settled',
      failure,
    });
  });
});

describe('a snapshot', () => {
  test('replaces what was known', () => {
    const turn = following(
      spoken,
      updated(tool('running')),
      snapshotOf([tool('completed'), text('Done.', true)]),
    );
    expect(texts(turn)).toEqual(['tool', 'Done.']);
  });

  test('does not take away text that was heard and is not stored yet', () => {
    const heard = [spoken, updated(text('', false)), appended('Half a sen')];
    const turn = following(...heard, snapshotOf([text('', false)]));
    expect(turn.items[0]?.part).toEqual(text('Half a sen', false, true));
    expect(texts(reduce(turn, updated(text('Half a sentence.', true))))).toEqual(['Half a sentence.']);
  });

  test('keeps the identity of what it confirms', () => {
    const before = following(spoken, updated(text('Done.', true)));
    const turn = reduce(before, snapshotOf([text('Done.', true)]));
    expect(turn.items[0]).toBe(before.items[0]);
  });
});

test('what does not concern a turn leaves it alone', () => {
  const turn = following(spoken);
  const others: readonly AgentEvent[] = [
    { type: 'stream-opened' },
    { type: 'stream-lost', reason: 'silence' },
    { type: 'session-renamed', session, title: 'x' },
    { type: 'session-compacted', session },
    { type: 'request-closed', session, request: serverRequestId('r'), outcome: { reply: 'once' } },
    { type: 'prompt-seen', session, message: serverMessageId('m') },
    { type: 'run-seen', session, message: serverMessageId('m'), text: 'x', byProgram: false },
    { type: 'session-started', session },
  ];
  for (const event of others) expect(reduce(turn, event)).toBe(turn);
});

describe('of a lost run', () => {
  test('what was heard of a text is all of it, whatever a later snapshot says', () => {
    const heard = following(
      spoken,
      updated(text('', false)),
      appended('Half'),
      snapshotOf([text('', false, true)]),
    );
    const ended = withEndedTexts(heard);
    expect(heard.items[0]?.part).toMatchObject({ text: 'Half', done: false, gap: true });
    expect(ended.items[0]?.part).toMatchObject({ text: 'Half', done: true, gap: false });
    expect(texts(reduce(ended, snapshotOf([text('', false, true)])))).toEqual(['Half']);
  });

  test('a text of which nothing was heard stays unknown', () => {
    const turn = following(spoken, snapshotOf([text('', false, true)]));
    expect(withEndedTexts(turn).items[0]?.part).toMatchObject({ done: false, gap: true });
  });
});
