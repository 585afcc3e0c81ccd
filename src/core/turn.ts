import type { AgentEvent, AgentFailure, AgentMessage, Part } from './agent.ts';

/** What has happened since a prompt, derived from the agent's events alone. Immutable. */
export interface Turn {
  readonly state: 'waiting' | 'running' | 'retrying' | 'settled';
  /** Assistant messages by id, in order of appearance, sub-agents' included. */
  readonly messages: readonly AgentMessage[];
  /** Parts in order of appearance; parts of sub-agents stand where they appeared. */
  readonly items: readonly TurnItem[];
  readonly retry: { readonly attempt: number; readonly message: string; readonly next: number } | undefined;
  /** A failure that no message carries. */
  readonly failure: AgentFailure | undefined;
}

export interface TurnItem {
  readonly message: string;
  readonly part: Part;
}

export const emptyTurn: Turn = {
  state: 'waiting',
  messages: [],
  items: [],
  retry: undefined,
  failure: undefined,
};

/** The next state of the turn. Events that do not concern it return the same object. */
export declare function reduce(turn: Turn, event: AgentEvent): Turn;
