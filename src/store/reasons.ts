/** Why something was not answered, for `why`; kept for a week. */
import type { Selectable } from 'kysely';
import type { ThreadId } from '../core/ids.ts';
import type { StoreConnection } from './connection.ts';
import type { ReasonRow, ReasonStore } from './people-types.ts';
import type { Database, ReasonTable } from './tables.ts';
import { fromNow } from './values.ts';

const retentionDays = 7;

export function createReasons({ run, leased }: StoreConnection): ReasonStore {
  return {
    record: (lease, reason) => leased(lease, (db) => record(db, reason)),
    find: (thread, message) => run((db) => find(db, thread, message)),
    has: (thread, message, author) => run((db) => has(db, thread, message, author)),
    async prune() {
      const oldest = fromNow(-retentionDays * 24 * 3_600_000);
      await run((db) => db.deleteFrom('reason').where('at', '<', oldest).execute());
    },
  };
}

function reasonRow(row: Selectable<ReasonTable>): ReasonRow {
  return {
    inbox: row.inbox,
    thread: row.thread,
    message: row.message ?? undefined,
    author: row.author,
    reason: row.reason,
    reference: row.reference,
    at: row.at,
  };
}

async function record(
  db: Database,
  { inbox, thread, message, author, reason, reference }: Omit<ReasonRow, 'at'>,
): Promise<ReasonRow> {
  await db
    .insertInto('reason')
    .values({ inbox, thread, message: message ?? null, author, reason, reference })
    .onConflict((there) => there.column('inbox').doNothing())
    .execute();
  const row = db.selectFrom('reason').selectAll().where('inbox', '=', inbox);
  return reasonRow(await row.executeTakeFirstOrThrow());
}

async function find(db: Database, thread: ThreadId, message: string | undefined) {
  const all = db.selectFrom('reason').selectAll().where('thread', '=', thread);
  const one = message === undefined ? all : all.where('message', '=', message);
  const row = await one.orderBy('id', 'desc').executeTakeFirst();
  return row && reasonRow(row);
}

async function has(db: Database, thread: ThreadId, message: string, author: string): Promise<boolean> {
  const row = await db
    .selectFrom('reason')
    .select('id')
    .where('thread', '=', thread)
    .where('message', '=', message)
    .where('author', '=', author)
    .executeTakeFirst();
  return row !== undefined;
}
