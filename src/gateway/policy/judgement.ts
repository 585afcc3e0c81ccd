import type { AgentMessage, SessionSnapshot } from '../../core/agent.ts';

/**
 * What to do with a prompt that was sent, given what the server says of it now (facts: opencode §6):
 * - `running`: wait.
 * - `over`: the run has ended; what it left is the answer.
 * - `send`: the server never stored it, or stored it and never ran it: the same ids again run it once.
 * - `lost`: it did not come to its end, and another run was begun behind it: it cannot be taken up any more.
 * - `resume`: the run was lost with a restart of the server: the same ids again run it anew.
 */
export type Judgement = 'running' | 'over' | 'send' | 'resume' | 'lost';

export interface Sent {
  /** A person stopped it: it is never sent again. */
  readonly stopping: boolean;
  /** One of its requests was refused without a reason, or dismissed: that ends a run after a tool step. */
  readonly refused: boolean;
}

export function judge(snapshot: SessionSnapshot, sent: Sent): Judgement {
  if (snapshot.stored && snapshot.busy) return 'running';
  if (sent.stopping) return 'over';
  if (!snapshot.stored) return 'send';
  return snapshot.later ? judgePast(snapshot) : judgeLast(snapshot, sent);
}

function judgeLast(snapshot: SessionSnapshot, { refused }: Sent): Judgement {
  const last = lastOfRoot(snapshot);
  // Where not all of it can be read, it may have been answered: it is not run twice.
  if (last === undefined) return snapshot.partial ? 'over' : 'send';
  if (last.completedAt === undefined) return 'resume';
  const betweenSteps = last.finish === 'tool-calls' && last.failure === undefined;
  return betweenSteps && !refused ? 'resume' : 'over';
}

/** Another run was begun behind it. */
function judgePast(snapshot: SessionSnapshot): Judgement {
  const isWhole = lastOfRoot(snapshot)?.completedAt !== undefined;
  return isWhole || snapshot.partial ? 'over' : 'lost';
}

function lastOfRoot(snapshot: SessionSnapshot): AgentMessage | undefined {
  const root = snapshot.messages[0]?.message.session;
  return snapshot.messages.findLast(({ message }) => message.session === root)?.message;
}
