import type { Insertable, Selectable } from 'kysely';
import type { Connection } from './connection.ts';
import type { Database, SessionTable } from './tables.ts';
import type { SessionRow, SessionStore } from './types.ts';

export function createSessions({ run, leased }: Connection): SessionStore {
  return {
    byId: (id) => run((db) => sessionById(db, id)),
    bySession: (server, session) => run((db) => bySession(db, server, session)),
    setSession: (lease, id, session) => leased(lease, (db) => setSession(db, id, session)),
  };
}

const columns = ['id', 'server', 'project', 'directory', 'title', 'session'] as const;

function sessionRow(row: Omit<Selectable<SessionTable>, 'created_at'>): SessionRow {
  return { ...row, session: row.session ?? undefined };
}

export async function sessionById(db: Database, id: number): Promise<SessionRow | undefined> {
  const row = await db.selectFrom('session').select(columns).where('id', '=', id).executeTakeFirst();
  return row && sessionRow(row);
}

async function bySession(db: Database, server: string, session: string): Promise<SessionRow | undefined> {
  const row = await db
    .selectFrom('session')
    .select(columns)
    .where('server', '=', server)
    .where('session', '=', session)
    .executeTakeFirst();
  return row && sessionRow(row);
}

export async function createSession(db: Database, session: Insertable<SessionTable>): Promise<SessionRow> {
  return sessionRow(
    await db.insertInto('session').values(session).returning(columns).executeTakeFirstOrThrow(),
  );
}

async function setSession(db: Database, id: number, session: string | undefined): Promise<void> {
  await db
    .updateTable('session')
    .set({ session: session ?? null })
    .where('id', '=', id)
    .execute();
}
