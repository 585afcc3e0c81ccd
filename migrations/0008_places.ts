import { type Kysely, sql } from 'kysely';

/** One session in several threads: where a request was decided, and in which threads a prompt is shown. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

const statements = [
  sql`alter table request add column decided_in bigint references thread`,
  // Threads of a prompt, and its slots in one of them.
  sql`drop index ledger_prompt`,
  sql`create index ledger_prompt on ledger (split_part(slot, '/', 1), thread, id)`,
];
