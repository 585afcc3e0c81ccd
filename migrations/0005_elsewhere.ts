import { type Kysely, sql } from 'kysely';

/** elsewhere: somebody wrote the prompt at the agent server itself, so it is shown and never sent by us. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table prompt add column elsewhere boolean not null default false`.execute(db);
}
