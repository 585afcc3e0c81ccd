import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, sql } from 'kysely';
import { ConfigError } from '../core/errors.ts';
import type { Log } from '../lib/log.ts';
import { isErrno } from './holder.ts';
import { releaseAll } from './leases.ts';
import { acquireLock, type Lock } from './lock.ts';
import { createMeter, type Meter } from './meter.ts';
import { migrate, missingSteps } from './schema.ts';
import { createSnapshots, keepTaking, readSnapshot, type Snapshots } from './snapshots.ts';
import type { Engine } from './store.ts';
import type { Database, Tables } from './tables.ts';
import { parsers } from './values.ts';
import { createWake } from './wake.ts';

export interface EmbeddedOptions {
  /** Holds `database`, `database.lock` and `snapshots`; made with mode 700. */
  readonly dataDir: string;
  readonly log: Log;
  readonly snapshotEveryMs: number;
}

/** The embedded database needs no server; it withstands a crash of the process, not of the machine. */
export async function openEmbedded({ dataDir, log, snapshotEveryMs }: EmbeddedOptions): Promise<Engine> {
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
    wake: createWake(),
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

/** Snapshots before a change of the schema, and after the first: a database without any was never in use. */
async function update(db: Database, pglite: PGlite, snapshots: Snapshots, log: Log): Promise<void> {
  const missing = await missingSteps(db);
  if (missing.length === 0) return;
  const isNew = (await snapshots.list()).length === 0;
  if (!isNew) await snapshots.take(pglite);
  await migrate(db);
  if (isNew) await snapshots.take(pglite);
  log.info({ steps: missing }, 'the database schema was brought up to date');
}

async function openOrRestore(directory: string, snapshots: Snapshots, log: Log): Promise<PGlite> {
  try {
    return await openDirectory(directory);
  } catch (error) {
    if (isEnvironment(error)) throw error;
    const aside = `${directory}.broken-${new Date().toISOString().replaceAll(':', '-')}`;
    await rename(directory, aside);
    log.error({ error: String(error), kept: aside }, 'the embedded database did not open and was put aside');
  }
  const saved = await snapshots.list();
  if (saved.length > 0) return restore(directory, saved, log);
  log.warn({}, 'there was no snapshot, so it was never in use; a new database was made');
  return openDirectory(directory);
}

async function restore(directory: string, saved: readonly string[], log: Log): Promise<PGlite> {
  for (const snapshot of saved) {
    try {
      const pglite = await openDirectory(directory, await readSnapshot(snapshot));
      log.warn({ snapshot }, 'the embedded database was restored; what came after the snapshot is missing');
      return pglite;
    } catch (error) {
      if (isEnvironment(error)) throw error;
      await rm(directory, { recursive: true, force: true });
      log.error({ snapshot, error: String(error) }, 'a snapshot did not open');
    }
  }
  throw new ConfigError(
    `The embedded database and its snapshots do not open; they are kept beside ${directory}. ` +
      'Put back a backup of that directory, or move the snapshots away to begin with an empty database.',
  );
}

async function openDirectory(directory: string, snapshot?: Blob): Promise<PGlite> {
  const options = { dataDir: directory, parsers: { ...parsers } };
  return PGlite.create(snapshot === undefined ? options : { ...options, loadDataDir: snapshot });
}

/** The machine refused, which says nothing about the data. */
function isEnvironment(error: unknown): boolean {
  return ['ENOSPC', 'EACCES', 'EPERM', 'EROFS', 'EMFILE', 'ENOMEM'].some((code) => isErrno(error, code));
}
