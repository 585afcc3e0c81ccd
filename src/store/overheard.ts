/** What was said in threads of ours and was not for the agent, until it is told: bounded for each thread and in time. */
import { sql } from 'kysely';
import type { MessageId } from '../core/channel.ts';
import type { InboxId, ThreadId } from '../core/ids.ts';
import type { StoreConnection } from './connection.ts';
import type { Database } from './tables.ts';
import type { Overheard, OverheardStore } from './types.ts';
import { fromNow, json } from './values.ts';

/** Words that nobody needed for so long are forgotten, days. */
const retentionDays = 7;

export function createOverheard({ run, leased }: StoreConnection): OverheardStore {
  return {
    keep: (lease, thread, said, most) => leased(lease, (db) => keep(db, thread, said, most)),
    list: (thread) => run((db) => list(db, thread)),
    change: (lease, thread, message, text) => leased(lease, (db) => change(db, thread, message, text)),
    told: (lease, thread, before) => leased(lease, (db) => told(db, thread, before)),
  };
}

async function keep(
  db: Database,
  thread: ThreadId,
  { inbox, message, author, text, at }: Overheard,
  most: number,
): Promise<void> {
  await db
    .insertInto('overheard')
    .values({ inbox, thread, message, author: json(author), text, at })
    .onConflict((seen) => seen.column('inbox').doNothing())
    .execute();
  const newest = db.selectFrom('overheard').select('inbox').where('thread', '=', thread);
  await db
    .deleteFrom('overheard')
    .where('thread', '=', thread)
    .where('inbox', 'not in', newest.orderBy('inbox', 'desc').limit(most))
    .execute();
  await db
    .deleteFrom('overheard')
    .where('heard_at', '<', fromNow(-retentionDays * 24 * 3_600_000))
    .execute();
}

async function list(db: Database, thread: ThreadId): Promise<readonly Overheard[]> {
  return db
    .selectFrom('overheard')
    .select(['inbox', 'message', 'author', 'text', 'at'])
    .where('thread', '=', thread)
    .where('heard_at', '>=', fromNow(-retentionDays * 24 * 3_600_000))
    .orderBy('inbox')
    .execute();
}

async function change(
  db: Database,
  thread: ThreadId,
  message: MessageId,
  text: string | undefined,
): Promise<void> {
  const one = sql<boolean>`thread = ${thread} and message = ${message}`;
  if (text === undefined) await db.deleteFrom('overheard').where(one).execute();
  else await db.updateTable('overheard').set({ text }).where(one).execute();
}

async function told(db: Database, thread: ThreadId, before: InboxId): Promise<void> {
  await db.deleteFrom('overheard').where('thread', '=', thread).where('inbox', '<', before).execute();
}
