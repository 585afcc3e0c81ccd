import { type Kysely, sql } from 'kysely';

/** Files that people sent, kept until their prompt is over, so that sending again sends the same. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table file (
      prompt bigint not null references prompt on delete cascade,
      inbox bigint not null,
      position integer not null,
      name text not null,
      mime text not null,
      bytes bytea not null,
      primary key (prompt, inbox, position)
    )`.execute(db);
  // Images and documents are compressed already.
  await sql`alter table file alter column bytes set storage external`.execute(db);
}
