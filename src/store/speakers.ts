/** Who has spoken to an agent, in a session or in a thread. */
import type { Author } from '../core/channel.ts';
import type { SessionId, ThreadId } from '../core/ids.ts';
import type { Database } from './tables.ts';

/** Prompts of people: not what was written at the agent server itself, and not what was taken back. */
const spoken = (db: Database) =>
  db.selectFrom('prompt').where('state', '<>', 'withdrawn').where('elsewhere', '=', false);

export async function authors(db: Database, session: SessionId): Promise<readonly Author[]> {
  const rows = await spoken(db).select('author').where('session', '=', session).orderBy('id').execute();
  return [...new Map(rows.map(({ author }) => [author.id, author])).values()];
}

export async function hasSpoken(db: Database, thread: ThreadId): Promise<boolean> {
  const row = await spoken(db).select('id').where('thread', '=', thread).limit(1).executeTakeFirst();
  return row !== undefined;
}
