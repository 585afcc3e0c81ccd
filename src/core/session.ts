import type { ServerMessageId, ServerSessionId } from './ids.ts';

/** A session and the directory it works in. */
export interface SessionRef {
  readonly session: ServerSessionId;
  readonly directory: string;
}

export interface Todo {
  readonly text: string;
  readonly status: 'pending' | 'in_progress' | 'completed' | 'cancelled';
}

/** What a run, or a part of one, answers. */
export interface Begun {
  readonly message: ServerMessageId;
  /** As a person reads it; undefined: it was not heard. */
  readonly text: string | undefined;
  /** A program wrote it in a person's place (a plugin, the server itself, a script). */
  readonly byProgram: boolean;
}

/** What is known of where a turn ends. */
export interface TurnBounds {
  readonly until?: ServerMessageId;
  readonly joined?: readonly ServerMessageId[];
}
