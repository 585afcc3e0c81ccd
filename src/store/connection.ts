import { sql } from 'kysely';
import { holdLease } from './leases.ts';
import { retried } from './retry.ts';
import type { Database } from './tables.ts';
import type { Lease } from './types.ts';

/** How repositories reach the database. Both calls are repeated while the database is away for a moment. */
export interface Connection {
  /** One statement that may be sent twice. */
  run<T>(statement: (db: Database) => Promise<T>): Promise<T>;
  /** Writes in one transaction under a lease; rejects with FencedOutError where it is no longer held. */
  leased<T>(lease: Lease, write: (db: Database) => Promise<T>): Promise<T>;
}

export function createConnection(db: Database): Connection {
  return {
    run: (statement) => retried(() => statement(db)),
    leased: (lease, write) => leased(db, lease, write),
  };
}

interface Written<T> {
  readonly transaction: string;
  readonly result: T;
}

/** Where the connection is lost during the commit, the transaction's own id tells whether it was made. */
async function leased<T>(db: Database, lease: Lease, write: (db: Database) => Promise<T>): Promise<T> {
  const doubtful: Written<T>[] = [];
  return retried(async () => {
    const last = doubtful.at(-1);
    if (last !== undefined && (await isCommitted(db, last.transaction))) return last.result;
    return db.transaction().execute(async (tx) => {
      const transaction = await holdLease(tx, lease);
      const result = await write(tx);
      doubtful.push({ transaction, result });
      return result;
    });
  });
}

async function isCommitted(db: Database, transaction: string): Promise<boolean> {
  const { rows } = await sql<{ status: string }>`
    select pg_xact_status(${transaction}::xid8) as status`.execute(db);
  const status = rows[0]?.status;
  if (status === 'in progress') throw new Error('connection terminated: the commit is still in progress');
  return status === 'committed';
}
