import { type Kysely, sql } from 'kysely';

/** What people set by commands for one thread; null: as the project has it. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table thread
      add column model text,
      add column agent text,
      add column notify text not null default 'all' check (notify in ('all', 'cards', 'off'))`.execute(db);
  // Sessions that somebody has prompted.
  await sql`create index prompt_author on prompt ((author ->> 'id'), session)`.execute(db);
}
