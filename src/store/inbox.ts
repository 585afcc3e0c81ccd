/** What people did, stored before it is acknowledged; claimed in order within each thread. */
import { sql } from 'kysely';
import type { InboundEvent } from '../core/channel.ts';
import type { InboxId, ServerName, ThreadId } from '../core/ids.ts';
import type { StoreConnection } from './connection.ts';
import { pruneFiles } from './files.ts';
import type { Database } from './tables.ts';
import { placeThread, threadColumns, threadRow } from './threads.ts';
import type { InboxRow, InboxStore, Placement } from './types.ts';
import { fromNow, json, now, storable } from './values.ts';

/** The channel of NOTIFY that says: an event was accepted. */
export const wakeChannel = 'dragoman';

const retentionDays = 7;

interface Surroundings {
  /** Tells this process at once; others hear it from the database. */
  wake(): void;
  /** After much was deleted. */
  tidy(): Promise<void>;
}

export function createInbox({ run, leased }: StoreConnection, { wake, tidy }: Surroundings): InboxStore {
  return {
    async accept(event, place) {
      const isNew = await run((db) => accept(db, storable(event), place));
      wake();
      return isNew;
    },
    pending: (server, limit, busy = []) => run((db) => pending(db, server, limit, busy)),
    finish: (lease, id, note) => leased(lease, (db) => finish(db, id, note)),
    postpone: (lease, id, delayMs, reason) => leased(lease, (db) => postpone(db, id, delayMs, reason)),
    async prune() {
      const count = await run(prune);
      await run(pruneFiles);
      await tidy();
      return count;
    },
  };
}

/**
 * One statement: the thread's row is locked before the id is drawn, so within a thread ids are in order of
 * acceptance even where several processes accept.
 */
async function accept(db: Database, event: InboundEvent, place: Placement): Promise<boolean> {
  const rows = await db
    .with('place', (cte) => placeThread(cte, event.address, place))
    .with('stored', (cte) =>
      cte
        .insertInto('inbox')
        .columns(['platform', 'event_id', 'thread', 'event'])
        .expression((row) =>
          row
            .selectFrom('place')
            .select(({ val }) => [
              val(event.address.platform).as('platform'),
              val(event.id).as('event_id'),
              'place.id as thread',
              json(event).as('event'),
            ]),
        )
        .onConflict((seen) => seen.columns(['platform', 'event_id']).doNothing())
        .returning('id'),
    )
    .selectFrom('stored')
    .select(sql`pg_notify(${wakeChannel}, '')`.as('notified'))
    .execute();
  return rows.length > 0;
}

/** A delayed event holds back the later ones of its thread. */
async function pending(
  db: Database,
  server: ServerName,
  limit: number,
  busy: readonly ThreadId[],
): Promise<readonly InboxRow[]> {
  const rows = await db
    .selectFrom('inbox')
    .innerJoin('thread', 'thread.id', 'inbox.thread')
    .select(['inbox.id as inbox', 'inbox.event', 'inbox.attempts', ...threadColumns])
    .where('inbox.handled_at', 'is', null)
    .where('thread.server', '=', server)
    .where(sql<boolean>`inbox.thread <> all (${busy}::bigint[])`)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('inbox as delayed')
            .whereRef('delayed.thread', '=', 'inbox.thread')
            .whereRef('delayed.id', '<=', 'inbox.id')
            .where('delayed.handled_at', 'is', null)
            .where('delayed.attempts', '>', 0)
            .where('delayed.ready_at', '>', now),
        ),
      ),
    )
    .orderBy('inbox.id')
    .limit(limit)
    .execute();
  return rows.map(({ inbox, event, attempts, ...thread }) => ({
    id: inbox,
    event,
    attempts,
    thread: threadRow(thread),
  }));
}

/** What people wrote is kept where it is used; a handled event stays only so that it is known when it comes again. */
async function finish(db: Database, id: InboxId, note: string | undefined): Promise<void> {
  await db
    .updateTable('inbox')
    .set({
      handled_at: now,
      note: note ?? null,
      event: sql<InboundEvent>`event - '{text,fields,attachments,quote}'::text[]`,
    })
    .where('id', '=', id)
    .where('handled_at', 'is', null)
    .execute();
}

async function postpone(db: Database, id: InboxId, delayMs: number, reason: string): Promise<void> {
  await db
    .updateTable('inbox')
    .set((row) => ({ attempts: row('attempts', '+', 1), ready_at: fromNow(delayMs), reason }))
    .where('id', '=', id)
    .where('handled_at', 'is', null)
    .execute();
}

async function prune(db: Database): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('inbox')
    .where('handled_at', '<', fromNow(-retentionDays * 24 * 3_600_000))
    .executeTakeFirst();
  return Number(numDeletedRows);
}
