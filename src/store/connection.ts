import { holdLease } from './fence.ts';
import { retried } from './retry.ts';
import type { Database } from './tables.ts';
import type { Lease } from './types.ts';

/** How repositories reach the database. Both calls are repeated while the database is away for a moment. */
export interface StoreConnection {
  /** One statement that may be sent twice. */
  run<T>(statement: (db: Database) => Promise<T>): Promise<T>;
  /**
   * Writes in one transaction under a lease; rejects with FencedOutError where it is no longer held. `again`: the
   * connection was lost during an earlier commit of the same write, which may or may not have been made.
   */
  leased<T>(lease: Lease, write: (db: Database, again: boolean) => Promise<T>): Promise<T>;
}

export function createStoreConnection(db: Database): StoreConnection {
  return {
    run: (statement) => retried(() => statement(db)),
    leased: (lease, write) => leased(db, lease, write),
  };
}

/** Postgres' own answer to what became of a transaction (pg_xact_status) does not hold after a crash: ids come again. */
async function leased<T>(
  db: Database,
  lease: Lease,
  write: (db: Database, again: boolean) => Promise<T>,
): Promise<T> {
  const reached = { commit: false };
  return retried(() =>
    db.transaction().execute(async (tx) => {
      await holdLease(tx, lease);
      const result = await write(tx, reached.commit);
      reached.commit = true;
      return result;
    }),
  );
}
