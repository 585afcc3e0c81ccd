import { type Kysely, sql } from 'kysely';

/**
 * listen: what is said in a thread of ours without naming us is for the agent (`all`) or not (`mentions`).
 * muted_until, epoch milliseconds: until then only what names us is.
 * overheard: what was not for the agent, until it is told of it or a week has passed.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table thread add column listen text not null default 'all'`.execute(db);
  await sql`alter table thread add column muted_until double precision`.execute(db);
  await sql`
    create table overheard (
      inbox bigint primary key,
      thread bigint not null references thread,
      message text not null,
      author jsonb not null,
      text text not null,
      at double precision not null,
      heard_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index overheard_thread on overheard (thread, inbox)`.execute(db);
}
