import type { ServerSessionId } from './ids.ts';

/** A session and the directory it works in. */
export interface SessionRef {
  readonly session: ServerSessionId;
  readonly directory: string;
}

export interface Todo {
  readonly text: string;
  readonly status: 'pending' | 'in_progress' | 'completed' | 'cancelled';
}
