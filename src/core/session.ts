/** A session and the directory it works in. */
export interface SessionRef {
  readonly session: string;
  readonly directory: string;
}

export interface Todo {
  readonly text: string;
  readonly status: 'pending' | 'in_progress' | 'completed' | 'cancelled';
}
