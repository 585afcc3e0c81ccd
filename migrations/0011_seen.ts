import { type Kysely, sql } from 'kysely';

/** seen_at: up to when, by the agent server's clock (epoch ms), all that was answered in the session is known here. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table session add column seen_at bigint`.execute(db);
}
