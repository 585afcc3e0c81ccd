import { type Kysely, sql } from 'kysely';

/** words: what somebody answered to a permission in words, which decides nothing until a button says so. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table request add column words jsonb`.execute(db);
}
