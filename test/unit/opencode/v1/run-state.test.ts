/** When a run begins and ends, in whatever order the server tells it. */
import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../../src/core/agent.ts';
import { began, finished, idled, settleRun } from '../../../../src/opencode/v1/run-state.ts';
import { createStreamMemory, runOf } from '../../../../src/opencode/v1/stream-memory.ts';

function begin() {
  const run = runOf(createStreamMemory(), 'ses_1');
  const told: string[] = [];
  const emit = (event: AgentEvent) => told.push(event.type);
  return { run, told, emit };
}

describe('a run', () => {
  it('settles at once where its messages are final, and a second idle is harmless', () => {
    const { run, told, emit } = begin();
    began(run, 'ses_1', emit);
    began(run, 'ses_1', emit);
    run.open.add('msg_1');
    finished(run, 'ses_1', 'msg_1', emit);
    expect(idled(run, 'ses_1', emit)).toBe(false);
    expect(idled(run, 'ses_1', emit)).toBe(false);
    expect(told).toEqual(['session-started', 'session-settled']);
  });

  it('waits for its last message where idle comes first', () => {
    const { run, told, emit } = begin();
    began(run, 'ses_1', emit);
    run.open.add('msg_1');
    expect(idled(run, 'ses_1', emit)).toBe(true);
    expect(idled(run, 'ses_1', emit)).toBe(false);
    expect(told).toEqual(['session-started']);
    finished(run, 'ses_1', 'msg_1', emit);
    idled(run, 'ses_1', emit);
    expect(told).toEqual(['session-started', 'session-settled']);
  });

  it('is settled by force where that message never comes, and only once', () => {
    const { run, told, emit } = begin();
    began(run, 'ses_1', emit);
    run.open.add('msg_1');
    idled(run, 'ses_1', emit);
    settleRun(run, 'ses_1', emit);
    finished(run, 'ses_1', 'msg_1', emit);
    settleRun(run, 'ses_1', emit);
    expect(told).toEqual(['session-started', 'session-settled']);
  });

  it('settles before the next one begins', () => {
    const { run, told, emit } = begin();
    began(run, 'ses_1', emit);
    run.open.add('msg_1');
    idled(run, 'ses_1', emit);
    began(run, 'ses_1', emit);
    expect(told).toEqual(['session-started', 'session-settled', 'session-started']);
  });

  it('that never began does not settle', () => {
    const { run, told, emit } = begin();
    idled(run, 'ses_1', emit);
    expect(told).toEqual([]);
  });
});
