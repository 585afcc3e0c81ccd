/** Sessions: a directory on a server, and the server's own session once it is made. */
import { type Selectable, sql } from 'kysely';
import type { ServerName, ServerSessionId, SessionId } from '../core/ids.ts';
import type { StoreConnection } from './connection.ts';
import type { Database, SessionTable } from './tables.ts';
import type { SessionRow, SessionStore } from './types.ts';

export function createSessionStore({ run, leased }: StoreConnection): SessionStore {
  return {
    byId: (id) => run((db) => sessionById(db, id)),
    bySession: (server, session) => run((db) => bySession(db, server, session)),
    setSession: (lease, id, session) => leased(lease, (db) => setSession(db, id, session)),
    rename: (lease, id, title) =>
      leased(lease, async (db) => {
        await renameSession(db, id, title);
      }),
    saw: (lease, id, at) =>
      leased(lease, async (db) => {
        await db
          .updateTable('session')
          .set({ seen_at: sql`greatest(coalesce(seen_at, 0), ${Math.round(at)})` })
          .where('id', '=', id)
          .execute();
      }),
    shown: (server) => run((db) => shown(db, server)),
    adopt: (lease, session) => leased(lease, (db) => adopt(db, session)),
    promptedBy: (server, person) => run((db) => promptedBy(db, server, person)),
  };
}

const columns = ['id', 'server', 'project', 'directory', 'title', 'session', 'seen_at'] as const;

function sessionRow(row: Omit<Selectable<SessionTable>, 'created_at'>): SessionRow {
  const { session, seen_at: seenAt, ...rest } = row;
  return { ...rest, serverSession: session ?? undefined, seenAt: seenAt ?? undefined };
}

export async function sessionById(db: Database, id: SessionId): Promise<SessionRow | undefined> {
  const row = await db.selectFrom('session').select(columns).where('id', '=', id).executeTakeFirst();
  return row && sessionRow(row);
}

async function bySession(
  db: Database,
  server: ServerName,
  session: ServerSessionId,
): Promise<SessionRow | undefined> {
  const row = await db
    .selectFrom('session')
    .select(columns)
    .where('server', '=', server)
    .where('session', '=', session)
    .executeTakeFirst();
  return row && sessionRow(row);
}

async function shown(db: Database, server: string): Promise<readonly SessionRow[]> {
  const rows = await db
    .selectFrom('session')
    .select(columns)
    .where('server', '=', server)
    .where('session', 'is not', null)
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('thread').select('thread.id').whereRef('thread.session', '=', 'session.id')),
    )
    .orderBy('id')
    .execute();
  return rows.map(sessionRow);
}

export async function createSession(
  db: Database,
  { server, project, directory, title }: Omit<SessionRow, 'id' | 'seenAt' | 'serverSession'>,
): Promise<SessionRow> {
  const row = await db
    .insertInto('session')
    .values({ server, project, directory, title })
    .returning(columns)
    .executeTakeFirstOrThrow();
  return sessionRow(row);
}

async function setSession(db: Database, id: SessionId, session: ServerSessionId | undefined): Promise<void> {
  await db
    .updateTable('session')
    .set({ session: session ?? null, seen_at: null })
    .where('id', '=', id)
    .execute();
}

/** Until the transaction ends nobody else binds a thread to it. */
export async function lockSession(db: Database, id: SessionId): Promise<void> {
  await db.selectFrom('session').select('id').where('id', '=', id).forUpdate().executeTakeFirstOrThrow();
}

export async function renameSession(db: Database, id: SessionId, title: string): Promise<SessionRow> {
  return sessionRow(
    await db
      .updateTable('session')
      .set({ title })
      .where('id', '=', id)
      .returning(columns)
      .executeTakeFirstOrThrow(),
  );
}

type Adopted = Parameters<SessionStore['adopt']>[1];

async function adopt(
  db: Database,
  { server, project, directory, title, serverSession: session }: Adopted,
): Promise<SessionRow> {
  const row = await db
    .insertInto('session')
    .values({ server, project, directory, title, session })
    .onConflict((there) => there.columns(['server', 'session']).doUpdateSet({ title }))
    .returning(columns)
    .executeTakeFirstOrThrow();
  return sessionRow(row);
}

async function promptedBy(db: Database, server: ServerName, person: string): Promise<readonly SessionRow[]> {
  const rows = await db
    .selectFrom('session')
    .select(columns)
    .where('server', '=', server)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('prompt')
          .select('prompt.id')
          .whereRef('prompt.session', '=', 'session.id')
          .where(sql`author ->> 'id'`, '=', person),
      ),
    )
    .execute();
  return rows.map(sessionRow);
}
