/** Postgres: the database of a team, shared by several processes. */
import { Socket } from 'node:net';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { ConfigError } from '../core/errors.ts';
import { systemClock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { createWake } from '../lib/wake.ts';
import { createListener } from './listener.ts';
import { createMeter } from './meter.ts';
import { isTransient, retried } from './retry.ts';
import { migrate, missingSteps } from './schema.ts';
import type { Engine } from './store.ts';
import type { Database, Tables } from './tables.ts';
import { parsers } from './values.ts';

const poolSize = 10;
const connectMs = 5_000;
const statementMs = 5_000;
/** Idle connections leave before their silence could look like a dead one. */
const idleMs = 5_000;
/** A connection that says nothing for longer than any statement may take is dead; its statement is sent again. */
const silenceMs = 7_000;

/** Opens a Postgres database and brings its schema up to date. Throws ConfigError where that cannot be done. */
export async function openPostgres(url: string, log: Log): Promise<Engine> {
  const settings = connectionSettings(url);
  await visitPostgres(url, log, (db) => update(db, log));
  const meter = createMeter();
  const limits = { statement_timeout: statementMs, idleTimeoutMillis: idleMs, stream: createTimedSocket };
  const pool = createPool({ ...settings, ...limits }, log);
  const db: Database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), log: meter.count });
  const wake = createWake(systemClock);
  const listener = createListener(settings, wake.wake, log);
  return {
    kind: 'postgres',
    db,
    meter,
    wake,
    tidy: async () => {},
    async close() {
      await listener.close();
      await db.destroy();
    },
  };
}

function connectionSettings(url: string): pg.ClientConfig {
  const { protocol } = URL.parse(url) ?? {};
  if (protocol !== 'postgres:' && protocol !== 'postgresql:')
    throw new ConfigError(
      'DATABASE_URL is no Postgres address; write it as postgres://user:password@host:5432/database.',
    );
  return {
    connectionString: url,
    application_name: 'dragoman',
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    types: { getTypeParser },
  };
}

function getTypeParser(type: number, format?: 'text' | 'binary') {
  return parsers[type] ?? pg.types.getTypeParser(type, format);
}

/**
 * The pool listens only to idle connections; one that is lost between two statements of a transaction would
 * end the process, so each has a listener of its own from the beginning.
 */
function createPool(settings: pg.PoolConfig, log: Log): pg.Pool {
  const pool = new pg.Pool({ max: poolSize, ...settings });
  const lost = (error: Error) => log.warn({ error: error.message }, 'a database connection was lost');
  pool.on('connect', (client) => client.on('error', lost));
  pool.on('error', () => log.debug({ connections: pool.totalCount }, 'an idle connection left the pool'));
  return pool;
}

function createTimedSocket(): Socket {
  const socket = new Socket();
  return socket.setTimeout(silenceMs, () => socket.destroy());
}

/**
 * Works on the database over connections of its own, which may wait longer than a statement otherwise may take.
 * Throws ConfigError where it does not answer.
 */
export async function visitPostgres<T>(
  url: string,
  log: Log,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const settings = connectionSettings(url);
  const pool = createPool({ ...settings, max: 2 }, log);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await retried(() => sql`select 1`.execute(db)).catch((error: unknown) => {
      throw unreachable(settings, error);
    });
    return await work(db);
  } finally {
    await db.destroy();
  }
}

async function update(db: Database, log: Log): Promise<void> {
  const missing = await missingSteps(db);
  if (missing.length === 0) return;
  await migrate(db);
  log.info({ steps: missing }, 'the database schema was brought up to date');
}

/** Says where the database was looked for, without the password. */
function unreachable({ connectionString }: pg.ClientConfig, error: unknown): ConfigError {
  const { host, pathname, username } = new URL(connectionString ?? '');
  const place = `database "${pathname.slice(1)}" at ${host} as ${username || 'the default user'}`;
  const advice = isTransient(error)
    ? 'Start it, correct DATABASE_URL, or unset DATABASE_URL to use the embedded database.'
    : 'Correct DATABASE_URL, or unset it to use the embedded database.';
  return new ConfigError(`Could not open ${place}: ${reason(error)}. ${advice}`, { cause: error });
}

function reason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reason).join('; ');
  return error instanceof Error ? error.message : String(error);
}
