/** Looks at a database without changing it, for the doctor. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, PGliteDialect, sql } from 'kysely';
import type { Log } from '../lib/log.ts';
import { isErrno } from './errno.ts';
import { type Holder, judgeHolder, parseHolder } from './holder.ts';
import { acquireLock } from './lock.ts';
import { visitPostgres } from './postgres.ts';
import { openDirectory } from './recovery.ts';
import { missingSteps } from './schema.ts';
import type { Database, Tables } from './tables.ts';

/** A database as it lies there: looking changes nothing. */
export interface DatabaseState {
  /** Names of the steps of the schema that the next start will make. */
  readonly missing: readonly string[];
  /** The database's clock minus ours, give or take half of the time that asking took, milliseconds. */
  readonly aheadMs: number;
  readonly answeredInMs: number;
}

/** Throws ConfigError where it does not answer, or is newer than this program. */
export function inspectPostgres(url: string, log: Log): Promise<DatabaseState> {
  return visitPostgres(url, log, look);
}

/** Throws ConfigError where another process uses it, or it is newer than this program; rejects where it does not open. */
export async function inspectEmbedded(dataDir: string, log: Log): Promise<DatabaseState> {
  const lock = await acquireLock(join(dataDir, 'database.lock'), log, () => {
    log.error({ dataDir }, 'another process took the embedded database over while it was looked at');
  });
  try {
    const pglite = await openDirectory(join(dataDir, 'database'));
    const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
    return await look(db).finally(() => db.destroy());
  } finally {
    await lock.release();
  }
}

async function look(db: Database): Promise<DatabaseState> {
  const missing = await missingSteps(db);
  const before = Date.now();
  const { rows } = await sql<{ now: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`.execute(db);
  const answeredInMs = Date.now() - before;
  const aheadMs = Number(rows[0]?.now) - (before + answeredInMs / 2);
  return { missing, aheadMs: Math.round(aheadMs), answeredInMs };
}

export interface LockState {
  readonly holder: Pick<Holder, 'pid' | 'host' | 'since'>;
  readonly life: ReturnType<typeof judgeHolder>;
}

/** Who holds the embedded database. undefined: nobody, or the file says nothing. */
export async function readLock(dataDir: string): Promise<LockState | undefined> {
  try {
    const holder = parseHolder(await readFile(join(dataDir, 'database.lock'), 'utf8'));
    return holder === undefined ? undefined : { holder, life: judgeHolder(holder) };
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}
