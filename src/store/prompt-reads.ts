/** Prompts as they are read. */
import type { Selectable } from 'kysely';
import type { PromptId, SessionId } from '../core/ids.ts';
import { promptRow } from './prompt-row.ts';
import type { Database, PromptTable } from './tables.ts';
import type { PromptRow } from './types.ts';

interface Rows {
  execute(): Promise<Selectable<PromptTable>[]>;
}

const many = async (query: Rows): Promise<readonly PromptRow[]> => (await query.execute()).map(promptRow);
export const one = async (query: Rows): Promise<PromptRow | undefined> => (await many(query))[0];

export const select = (db: Database) => db.selectFrom('prompt').selectAll('prompt');

export const byId = (db: Database, id: PromptId) => one(select(db).where('id', '=', id));

export function openPrompts(db: Database, session: SessionId): Promise<readonly PromptRow[]> {
  return many(select(db).where('session', '=', session).where('settled_at', 'is', null).orderBy('id'));
}

export function unfinished(db: Database, server: string): Promise<readonly PromptRow[]> {
  return many(
    select(db)
      .innerJoin('session', 'session.id', 'prompt.session')
      .where('session.server', '=', server)
      .where((row) => row.or([row('prompt.settled_at', 'is', null), row.not('prompt.delivered')]))
      .orderBy('prompt.id'),
  );
}

export function withdrawn(db: Database, session: SessionId): Promise<readonly PromptRow[]> {
  return many(
    select(db)
      .where('session', '=', session)
      .where('state', '=', 'withdrawn')
      .where('delivered', '=', false)
      .orderBy('id'),
  );
}

export async function latest(
  db: Database,
  session: SessionId,
  before: PromptId,
  most: number,
): Promise<readonly PromptRow[]> {
  const rows = await many(
    select(db)
      .where('session', '=', session)
      .where('id', '<', before)
      .where('message_id', 'is not', null)
      .orderBy('id', 'desc')
      .limit(most),
  );
  return rows.toReversed();
}
