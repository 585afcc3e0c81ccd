/** PGlite: the database of one process, locked, with snapshots. */
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, sql } from 'kysely';
import { ConfigError } from '../core/errors.ts';
import { systemClock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { createWake } from '../lib/wake.ts';
import { isAccessRefusal } from './errno.ts';
import { releaseAll } from './leases.ts';
import { acquireLock, type Lock } from './lock.ts';
import { createMeter, type Meter } from './meter.ts';
import { openOrRestore } from './recovery.ts';
import { migrate, missingSteps } from './schema.ts';
import { createSnapshots, keepTaking, type Snapshots } from './snapshots.ts';
import type { Engine } from './store.ts';
import type { Database, Tables } from './tables.ts';

export interface EmbeddedOptions {
  /** Holds `database`, `database.lock` and `snapshots`; made with mode 700. */
  readonly dataDir: string;
  readonly log: Log;
  readonly snapshotEveryMs: number;
}

/** The embedded database needs no server; it withstands a crash of the process, not of the machine. */
export async function openEmbedded(options: EmbeddedOptions): Promise<Engine> {
  try {
    return await open(options);
  } catch (error) {
    if (!isAccessRefusal(error)) throw error;
    throw new ConfigError(
      `The embedded database cannot use ${options.dataDir}: ${String(error)}. ` +
        'Give this user the right to read and write there, or set DRAGOMAN_DATA to another directory.',
      { cause: error },
    );
  }
}

async function open({ dataDir, log, snapshotEveryMs }: EmbeddedOptions): Promise<Engine> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await chmod(dataDir, 0o700);
  const opened: PGlite[] = [];
  const lock = await acquireLock(join(dataDir, 'database.lock'), log, () => {
    log.error({ dataDir }, 'another process took the embedded database over; it was closed here');
    for (const pglite of opened) if (!pglite.closed) void pglite.close();
  });
  try {
    const snapshots = createSnapshots(join(dataDir, 'snapshots'));
    const pglite = await openOrRestore(join(dataDir, 'database'), snapshots, log);
    opened.push(pglite);
    return await prepare({ pglite, snapshots, lock, log, snapshotEveryMs });
  } catch (error) {
    for (const pglite of opened) if (!pglite.closed) await pglite.close();
    await lock.release();
    throw error;
  }
}

interface Opened {
  readonly pglite: PGlite;
  readonly snapshots: Snapshots;
  readonly lock: Lock;
  readonly log: Log;
  readonly snapshotEveryMs: number;
}

async function prepare({ pglite, snapshots, lock, log, snapshotEveryMs }: Opened): Promise<Engine> {
  const meter = createMeter();
  const db = connect(pglite, meter);
  await update(db, pglite, snapshots, log);
  // The lock proves that nobody else lives.
  await releaseAll(db);
  const abort = new AbortController();
  const taking = keepTaking(snapshots, { pglite, meter, log }, snapshotEveryMs, abort.signal);
  return {
    kind: 'embedded',
    db,
    meter,
    wake: createWake(systemClock),
    tidy: () => tidy(db),
    async close() {
      abort.abort();
      await taking;
      await db.destroy();
      await lock.release();
    },
  };
}

/**
 * PGlite runs a statement within one turn of the event loop (p50 0.3 ms, p99 5 ms); after each statement others
 * get their turn, else a row of statements would hold streaming up.
 */
function connect(pglite: PGlite, meter: Meter): Database {
  const log = async (event: Parameters<Meter['count']>[0]) => {
    meter.count(event);
    await nextTurn();
  };
  return new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }), log });
}

/** PGlite has no autovacuum. A table at a time, so that streaming gets its turn in between. */
async function tidy(db: Database): Promise<void> {
  for (const { name } of await db.introspection.getTables())
    await sql`vacuum (analyze) ${sql.table(name)}`.execute(db);
}

/** Saves it before its schema changes, and where it was never saved: one without a snapshot was never in use. */
async function update(db: Database, pglite: PGlite, snapshots: Snapshots, log: Log): Promise<void> {
  const missing = await missingSteps(db);
  const isNew = (await snapshots.list()).length === 0;
  if (missing.length > 0 && !isNew) await snapshots.take(pglite);
  if (missing.length > 0) {
    await migrate(db);
    log.info({ steps: missing }, 'the database schema was brought up to date');
  }
  if (isNew) await snapshots.take(pglite);
}
