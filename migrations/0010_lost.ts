import { type Kysely, sql } from 'kysely';

/** lost: ids of the agent's messages in runs of the prompt that were lost; another run answers it. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table prompt add column lost jsonb not null default '[]'`.execute(db);
}
