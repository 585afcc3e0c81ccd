/** Which steps of the schema a database has, and how it gets the others. */
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations as released } from '../../migrations/index.ts';
import { ConfigError } from '../core/errors.ts';
import type { Database } from './tables.ts';

const migrationTableName = 'migration';

type Migrations = typeof released;

/**
 * Names of the steps that this database still lacks. Throws ConfigError where it has one that this program
 * does not know: a newer version was here.
 */
export async function missingSteps(
  db: Database,
  migrations: Migrations = released,
): Promise<readonly string[]> {
  const done = await stepsDone(db);
  const unknown = done.filter((name) => migrations[name] === undefined);
  const newest = Object.keys(migrations).toSorted().at(-1);
  if (unknown.length > 0)
    throw new ConfigError(
      `The database has schema ${unknown.at(-1)}, which this version of Dragoman does not know ` +
        `(its newest is ${newest}). Start the version that was used last or a newer one, ` +
        'or restore a backup from before the upgrade.',
    );
  return Object.keys(migrations).filter((name) => !done.includes(name));
}

/** Steps that were done, oldest first; none in an empty database. */
async function stepsDone(db: Database): Promise<readonly string[]> {
  const there = await sql<{ found: boolean }>`
    select to_regclass(${migrationTableName}) is not null as found`.execute(db);
  if (there.rows[0]?.found !== true) return [];
  const { rows } = await sql<{ name: string }>`
    select name from ${sql.table(migrationTableName)} order by name`.execute(db);
  return rows.map(({ name }) => name);
}

/** Brings the schema up to date. Several processes may do so at once: one works, the others wait for it. */
export async function migrate(db: Database, migrations: Migrations = released): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableName,
    migrationLockTableName: `${migrationTableName}_lock`,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
