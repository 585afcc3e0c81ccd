import type { AgentEvent } from '../core/agent.ts';
import type { Delivery } from './delivery.ts';
import type { Requests } from './requests.ts';
import type { Shard } from './shard.ts';
import type { Turns } from './turns.ts';

/** What a session's loop is told: an event of the agent, or something that a person did. */
export type Signal =
  | Exclude<AgentEvent, { readonly type: 'request-asked' }>
  | (AgentEvent & { readonly type: 'request-asked'; readonly position: number })
  | { readonly type: 'stop' }
  | { readonly type: 'wake' };

/** What everything that works on sessions works with. */
export interface SessionDeps {
  readonly shard: Shard;
  readonly turns: Turns;
  readonly delivery: Delivery;
  readonly requests: Requests;
}
