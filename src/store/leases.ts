/** Who works for a server, with the database's time, and a fence that each write carries. */
import type { StoreConnection } from './connection.ts';
import type { Database } from './tables.ts';
import type { Lease, LeaseRow, LeaseStore } from './types.ts';
import { fromNow, now } from './values.ts';

export function createLeases({ run }: StoreConnection): LeaseStore {
  return {
    acquire: (name, owner, ttlMs) => run((db) => acquire(db, name, owner, ttlMs)),
    renew: (lease, ttlMs) => run((db) => renew(db, lease, ttlMs)),
    release: (lease) => run((db) => release(db, lease)),
    list: () => run(list),
  };
}

async function acquire(db: Database, name: string, owner: string, ttlMs: number): Promise<Lease | undefined> {
  return db
    .insertInto('lease')
    .values({ name, owner, until: fromNow(ttlMs) })
    .onConflict((held) =>
      held
        .column('name')
        .doUpdateSet((row) => ({
          owner: row.ref('excluded.owner'),
          until: row.ref('excluded.until'),
          fence: row('lease.fence', '+', 1),
        }))
        .where((row) =>
          row.or([row('lease.until', '<=', now), row('lease.owner', '=', row.ref('excluded.owner'))]),
        ),
    )
    .returning(['name', 'fence'])
    .executeTakeFirst();
}

/** A lease that has run out is renewed too, as long as nobody else took it. */
async function renew(db: Database, lease: Lease, ttlMs: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('lease')
    .set({ until: fromNow(ttlMs) })
    .where('name', '=', lease.name)
    .where('fence', '=', lease.fence)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The row stays, so that the fence goes on growing. */
async function release(db: Database, lease: Lease): Promise<void> {
  await db
    .updateTable('lease')
    .set({ until: now })
    .where('name', '=', lease.name)
    .where('fence', '=', lease.fence)
    .execute();
}

/** Leases that are held now. */
async function list(db: Database): Promise<readonly LeaseRow[]> {
  return db
    .selectFrom('lease')
    .select(['name', 'owner', 'until'])
    .where('until', '>', now)
    .orderBy('name')
    .execute();
}

/** Ends every lease: for a database whose earlier users are known to be dead. */
export async function releaseAll(db: Database): Promise<void> {
  await db.updateTable('lease').set({ until: now }).where('until', '>', now).execute();
}
