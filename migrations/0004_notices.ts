import { type Kysely, sql } from 'kysely';

/** content: what a message outside any turn says, for as long as the thread does not show it. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table ledger add column content jsonb`.execute(db);
  await sql`create index ledger_unsaid on ledger (id) where content is not null`.execute(db);
}
