import type { AgentEvent } from '../../core/agent.ts';
import type { PromptId, ServerSessionId } from '../../core/ids.ts';
import type { Mailbox } from '../../lib/mailbox.ts';
import type { Delivery } from '../outbound/delivery.ts';
import type { Turns } from '../outbound/turns.ts';
import type { Requests } from '../requests/requests.ts';
import type { Shard } from '../shard.ts';

/** What a session's loop is told: an event of the agent, or something that a person did. */
export type Signal =
  | Exclude<AgentEvent, { readonly type: 'request-asked' }>
  | (AgentEvent & { readonly type: 'request-asked'; readonly position: number })
  | { readonly type: 'stop' }
  /** So many messages of the run were empty, one after another. */
  | { readonly type: 'fruitless'; readonly empty: number }
  | { readonly type: 'wake' };

/** What everything that works on sessions works with. */
export interface SessionDeps {
  readonly shard: Shard;
  readonly turns: Turns;
  readonly delivery: Delivery;
  readonly requests: Requests;
}

/** What a session's loop is about right now. */
export interface CurrentRun {
  /** The prompt that the events belong to. */
  prompt: PromptId | undefined;
  /** From now on the loop is told of this session of the server. */
  follow(session: ServerSessionId): void;
}

export interface RunDeps extends SessionDeps {
  readonly mailbox: Mailbox<Signal>;
  readonly current: CurrentRun;
  readonly signal: AbortSignal;
}
