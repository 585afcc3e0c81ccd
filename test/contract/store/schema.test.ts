import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrations } from '../../../migrations/index.ts';
import { ConfigError } from '../../../src/core/errors.ts';
import { openDirectory } from '../../../src/store/recovery.ts';
import { migrate, missingSteps } from '../../../src/store/schema.ts';
import type { Database, Tables } from '../../../src/store/tables.ts';
import { parsers } from '../../../src/store/values.ts';
import { embeddedDirectory } from '../../embedded.ts';
import { sharedDatabase } from '../../shared.ts';
import { dumpSchema } from './dump.ts';

const everyStep = Object.keys(migrations);

const postgres = (connectionString: string): Database => {
  const pool = new pg.Pool({ connectionString, types: { getTypeParser: parserOf } });
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
};
const parserOf = (type: number, format?: 'text' | 'binary') =>
  parsers[type] ?? pg.types.getTypeParser(type, format);
const directories: string[] = [];
const embedded = async (): Promise<Database> => {
  const directory = await embeddedDirectory('bare');
  directories.push(directory);
  const pglite = await openDirectory(join(directory, 'database'));
  return new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
};

describe.each([
  { name: 'Postgres', open: async () => postgres(await sharedDatabase('empty')) },
  { name: 'embedded', open: embedded },
])('the schema on $name', ({ open }) => {
  const databases: Database[] = [];
  const db = () => databases[0] ?? expect.unreachable();
  beforeAll(async () => {
    databases.push(await open());
  });
  afterAll(async () => {
    await Promise.all(databases.map((one) => one.destroy()));
    for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
  });

  test('an empty database lacks every step, and has none to take after them', async () => {
    expect(await missingSteps(db())).toEqual(everyStep);
    await migrate(db());
    expect(await missingSteps(db())).toEqual([]);
    await migrate(db());
  });

  test('is the one that was reviewed', async () => {
    await expect(await dumpSchema(db())).toMatchFileSnapshot('schema.txt');
  });

  test('a filled database keeps its rows when a step is added', async () => {
    await fill(db());
    const next = { up: (inner: Kysely<never>) => addColumn.execute(inner).then(() => undefined) };
    await migrate(db(), { ...migrations, '9998_next': next });
    const rows =
      await sql`select inbox.thread, later from thread join inbox on inbox.thread = thread.id`.execute(db());
    expect(rows.rows).toEqual([{ thread: 1, later: 'new' }]);
  });

  test('a step that fails changes nothing', async () => {
    const before = await dumpSchema(db());
    const half = {
      async up(inner: Kysely<never>) {
        await sql`create table half (id bigint)`.execute(inner);
        await sql`create table half (id bigint)`.execute(inner);
      },
    };
    const known = { ...migrations, '9998_next': half };
    await expect(migrate(db(), { ...known, '9999_half': half })).rejects.toThrow('already exists');
    expect(await dumpSchema(db())).toBe(before);
  });

  test('a newer schema is refused, naming both and the fix', async () => {
    const refused = missingSteps(db());
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
    await expect(refused).rejects.toThrow(
      `The database has schema 9998_next, which this version of Dragoman does not know (its newest is ${everyStep.at(-1)}). ` +
        'Start the version that was used last or a newer one, or restore a backup from before the upgrade.',
    );
  });
});

test('several processes bring one database up to date at once', async () => {
  const url = await sharedDatabase('empty');
  const all = Array.from({ length: 6 }, () => postgres(url));
  try {
    await Promise.all(all.map((db) => migrate(db)));
    expect(await missingSteps(all[0] ?? expect.unreachable())).toEqual([]);
  } finally {
    await Promise.all(all.map((db) => db.destroy()));
  }
});

const addColumn = sql`alter table thread add column later text not null default 'new'`;

/** A row in each table, by plain SQL as an older version would have left it. */
async function fill(db: Database): Promise<void> {
  const rows = [
    sql`insert into lease (name, owner, until) values ('server:x', 'us', now())`,
    sql`insert into session (server, project, directory, title) values ('x', 'api', '/d', 't')`,
    sql`insert into thread (platform, channel, thread, server, project, session)
        values ('test', 'c', 't', 'x', 'api', 1)`,
    sql`insert into inbox (platform, event_id, thread, event) values ('test', 'e', 1, '{}')`,
    sql`insert into prompt (session, thread, author, pieces, ready_at) values (1, 1, '{}', '[]', now())`,
    sql`insert into request (session, prompt, request, position, attempt, expires_at)
        values (1, 1, '{"id": "r"}', 0, 0, now())`,
    sql`insert into ledger (thread, slot, key) values (1, '1/0/text/1', 'k')`,
    sql`insert into person (id, name) values ('test:ann', 'Ann')`,
    sql`insert into pairing (person, name, thread, inbox, hash, expires_at)
        values ('test:eve', 'Eve', 1, 1, 'h', now())`,
    sql`insert into opening (platform, channel, open, changed_by, inbox) values ('test', 'c', true, 'test:ann', 1)`,
    sql`insert into reason (inbox, thread, author, reason, reference) values (1, 1, 'test:eve', 'r', '9QT2')`,
    sql`insert into document (adapter, collection, key, value) values ('test', 'c', 'k', '1')`,
  ];
  for (const row of rows) await row.execute(db);
}
