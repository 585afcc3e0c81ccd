import type { AgentEvent, AgentMessage, Part } from '../../src/core/agent.ts';
import { serverMessageId, serverSessionId } from '../../src/core/ids.ts';
import { emptyTurn, reduce, type Turn } from '../../src/core/turn.ts';

const deltas = 16_000;

const root = serverSessionId('root');
const m1 = serverMessageId('m1');
const message: AgentMessage = {
  id: m1,
  session: root,
  parent: serverMessageId('prompt'),
  model: 'fake/model',
  agent: 'build',
  startedAt: 0,
  tokens: 0,
  cost: 0,
};

function updated(part: Part): AgentEvent {
  return { type: 'part-updated', session: root, message: m1, part };
}

function turnWith(tools: number): Turn {
  const before = Array.from({ length: tools }, (_, at): AgentEvent => {
    const id = `t${at}`;
    const ended = { status: 'completed', subject: 'a.ts', output: '', error: '' } as const;
    return updated({ type: 'tool', id, callId: id, tool: 'read', ...ended });
  });
  const text = updated({ type: 'text', id: 'p', text: '', done: false, gap: false });
  return [{ type: 'message-updated', session: root, message } as const, ...before, text].reduce(
    reduce,
    emptyTurn,
  );
}

function microsecondsPerDelta(tools: number): number {
  const event: AgentEvent = {
    type: 'part-appended',
    session: root,
    message: m1,
    part: 'p',
    text: 'word ',
  };
  let turn = turnWith(tools);
  const before = performance.now();
  for (let at = 0; at < deltas; at++) turn = reduce(turn, event);
  return ((performance.now() - before) * 1_000) / deltas;
}

/** What one more token costs, after few and after many tools of the same turn. */
export async function benchReduce(): Promise<readonly string[]> {
  microsecondsPerDelta(10);
  return [0, 20, 200].map((tools) => {
    const best = Math.min(...Array.from({ length: 5 }, () => microsecondsPerDelta(tools)));
    return `reduce, one delta after ${String(tools).padStart(3)} tools: ${best.toFixed(2)} µs`;
  });
}
