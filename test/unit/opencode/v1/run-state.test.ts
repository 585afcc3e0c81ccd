/** When a run begins and ends, in whatever order the server tells it. */
import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../../src/core/agent.ts';
import { serverMessageId, serverSessionId } from '../../../../src/core/ids.ts';
import { began, finished, idled, settleRun } from '../../../../src/opencode/v1/run-state.ts';
import { createStreamMemory, runOf } from '../../../../src/opencode/v1/stream-memory.ts';

const session = serverSessionId('ses_1');
const message = serverMessageId('msg_1');

function begin() {
  const run = runOf(createStreamMemory(), session);
  const told: string[] = [];
  const emit = (event: AgentEvent) => told.push(event.type);
  return { run, told, emit };
}

describe('a run', () => {
  it('settles at once where its messages are final, and a second idle is harmless', () => {
    const { run, told, emit } = begin();
    began(run, session, emit);
    began(run, session, emit);
    run.open.add(message);
    finished(run, session, message, emit);
    expect(idled(run, session, emit)).toBe(false);
    expect(idled(run, session, emit)).toBe(false);
    expect(told).toEqual(['session-started', 'session-settled']);
  });

  it('waits for its last message where idle comes first', () => {
    const { run, told, emit } = begin();
    began(run, session, emit);
    run.open.add(message);
    expect(idled(run, session, emit)).toBe(true);
    expect(idled(run, session, emit)).toBe(false);
    expect(told).toEqual(['session-started']);
    finished(run, session, message, emit);
    idled(run, session, emit);
    expect(told).toEqual(['session-started', 'session-settled']);
  });

  it('is settled by force where that message never comes, and only once', () => {
    const { run, told, emit } = begin();
    began(run, session, emit);
    run.open.add(message);
    idled(run, session, emit);
    settleRun(run, session, emit);
    finished(run, session, message, emit);
    settleRun(run, session, emit);
    expect(told).toEqual(['session-started', 'session-settled']);
  });

  it('settles before the next one begins', () => {
    const { run, told, emit } = begin();
    began(run, session, emit);
    run.open.add(message);
    idled(run, session, emit);
    began(run, session, emit);
    expect(told).toEqual(['session-started', 'session-settled', 'session-started']);
  });

  it('that never began does not settle', () => {
    const { run, told, emit } = begin();
    idled(run, session, emit);
    expect(told).toEqual([]);
  });
});
