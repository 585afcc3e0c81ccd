import { inject } from 'vitest';

/**
 * The address of a database of one's own on the real Postgres that all files of a run share: with the present schema,
 * or `empty`. Whoever breaks or restarts a server starts one of their own (`postgres.ts`).
 */
export async function sharedDatabase(state: 'current' | 'empty' = 'current'): Promise<string> {
  const response = await fetch(`${inject('databases')}/${state}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`no database: ${text}`);
  return text;
}
