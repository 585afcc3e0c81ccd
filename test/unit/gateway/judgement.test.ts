import { expect, test } from 'vitest';
import type { AgentMessage, SessionSnapshot } from '../../../src/core/agent.ts';
import { serverMessageId, serverSessionId } from '../../../src/core/ids.ts';
import { judge, type Sent } from '../../../src/gateway/policy/judgement.ts';

function said(change: Partial<AgentMessage> = {}): AgentMessage {
  return {
    id: serverMessageId('msg_1'),
    session: serverSessionId('root'),
    parent: serverMessageId('msg_0'),
    model: 'm',
    agent: 'build',
    startedAt: 1,
    completedAt: 2,
    finish: 'stop',
    tokens: 0,
    cost: 0,
    ...change,
  };
}

function snapshot(change: Partial<SessionSnapshot>, ...messages: AgentMessage[]): SessionSnapshot {
  return {
    stored: true,
    prompts: [],
    busy: false,
    messages: messages.map((message) => ({ message, parts: [] })),
    requests: [],
    ...change,
  };
}

const plain: Sent = { stopping: false, refused: false };
const refused: Sent = { stopping: false, refused: true };
const stopping: Sent = { stopping: true, refused: false };
const { completedAt: _, finish: __, ...begun } = said();
const { finish: ___, ...silent } = said();
const toolCalls = said({ finish: 'tool-calls' });
const child = said({ id: serverMessageId('msg_2'), session: serverSessionId('child'), finish: 'stop' });
const failure = { kind: 'provider', message: 'overloaded' } as const;

test.each([
  ['it works', snapshot({ busy: true }, begun), plain, 'running'],
  ['it works and is being stopped', snapshot({ busy: true }, begun), stopping, 'running'],
  ['a normal end', snapshot({}, said()), plain, 'over'],
  ['the longest output', snapshot({}, said({ finish: 'length' })), plain, 'over'],
  ['an error that ends it', snapshot({}, said({ finish: 'error', failure })), plain, 'over'],
  ['an error after a tool step', snapshot({}, said({ finish: 'tool-calls', failure })), plain, 'over'],
  ['an abort while it waited for the next try', snapshot({}, silent), plain, 'over'],
  ['tool calls, then a bare reject', snapshot({}, toolCalls), refused, 'over'],
  ['lost between two steps', snapshot({}, toolCalls), plain, 'resume'],
  ['lost between two steps with a sub-agent done', snapshot({}, toolCalls, child), plain, 'resume'],
  ['lost in mid-answer', snapshot({}, said(), begun), plain, 'resume'],
  ['lost in mid-answer after a refusal', snapshot({}, begun), refused, 'resume'],
  ['an orphan: stored and never run', snapshot({}), plain, 'send'],
  ['never stored', snapshot({ stored: false }), plain, 'send'],
  [
    'never stored, and the session works for somebody else',
    snapshot({ stored: false, busy: true }),
    plain,
    'send',
  ],
  ['stopped before it was stored', snapshot({ stored: false }), stopping, 'over'],
  ['stopped as an orphan', snapshot({}), stopping, 'over'],
  ['stopped and lost', snapshot({}, begun), stopping, 'over'],
])('%s', (_name, told, sent, verdict) => {
  expect(judge(told, sent)).toBe(verdict);
});
