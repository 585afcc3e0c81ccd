import { type Kysely, sql } from 'kysely';

/** Withdrawn prompts are looked for, among all of a session, as long as their notices may stand. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create index prompt_withdrawn on prompt (session, id) where state = 'withdrawn' and not delivered`.execute(
    db,
  );
}
