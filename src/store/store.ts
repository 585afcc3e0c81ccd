/** The store as one object, whichever database is behind it. */
import { sql } from 'kysely';
import type { Wake } from '../lib/wake.ts';
import { createStoreConnection } from './connection.ts';
import { createCosts } from './costs.ts';
import { createDocuments } from './documents.ts';
import { createFileStore } from './files.ts';
import { createInbox } from './inbox.ts';
import { createLeases } from './leases.ts';
import { createLedger } from './ledger.ts';
import type { Meter } from './meter.ts';
import { createOpenings } from './openings.ts';
import { createOverheard } from './overheard.ts';
import { createPairings, createPeopleStore } from './people.ts';
import { createPrompts } from './prompts.ts';
import { createReasons } from './reasons.ts';
import { createRequestStore } from './requests.ts';
import { createSessionStore } from './sessions.ts';
import type { Database } from './tables.ts';
import { createThreadStore } from './threads.ts';
import type { Store, StoreCounts } from './types.ts';

/** A database that is open and has the present schema. */
export interface Engine {
  readonly kind: Store['engine'];
  readonly db: Database;
  readonly meter: Meter;
  readonly wake: Wake;
  /** What a server does for itself at night: makes room again and learns how much is where. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

export function createStore({ kind, db, meter, wake, tidy, close }: Engine): Store {
  const connection = createStoreConnection(db);
  return {
    leases: createLeases(connection),
    inbox: createInbox(connection, { wake: wake.wake, tidy }),
    threads: createThreadStore(connection),
    sessions: createSessionStore(connection),
    overheard: createOverheard(connection),
    costs: createCosts(connection),
    prompts: createPrompts(connection),
    files: createFileStore(connection),
    requests: createRequestStore(connection),
    ledger: createLedger(connection),
    people: createPeopleStore(connection),
    pairings: createPairings(connection),
    openings: createOpenings(connection),
    reasons: createReasons(connection),
    documents: (adapter) => createDocuments(connection, adapter),
    counts: () => connection.run(counts),
    wait: wake.wait,
    ping: async () => {
      await sql`select 1`.execute(db);
    },
    statements: meter.statements,
    engine: kind,
    close,
  };
}

async function counts(db: Database): Promise<StoreCounts> {
  const { rows } = await sql<StoreCounts>`
    select
      (select count(*) from thread) as threads,
      (select count(*) from thread where session is not null) as bound,
      (select count(*) from inbox where handled_at is null) as inbox,
      count(*) filter (where state = 'queued') as queued,
      count(*) filter (where state <> 'queued') as running,
      (select count(*) from request where state = 'open') as waiting
    from prompt where settled_at is null`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate without a row');
  return row;
}
