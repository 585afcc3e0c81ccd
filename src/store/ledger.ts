/** What threads are known to show, slot by slot, and what is still to be said. */
import { type Selectable, sql } from 'kysely';
import type { MessageId, Outbound } from '../core/channel.ts';
import type { PromptId, ServerName, ThreadId } from '../core/ids.ts';
import { isFile } from '../core/outbound.ts';
import type { SlotKey } from '../core/slot.ts';
import type { StoreConnection } from './connection.ts';
import type { Database, LedgerTable, StoredContent } from './tables.ts';
import { threadColumns, threadRow } from './threads.ts';
import type { LedgerRow, LedgerStore, Owed, UnsaidRow } from './types.ts';
import { json } from './values.ts';

export function createLedger({ run, leased }: StoreConnection): LedgerStore {
  return {
    forPrompt: (thread, prompt) => run((db) => forPrompt(db, thread, prompt)),
    byMessage: (thread, message) => run((db) => byMessage(db, thread, message)),
    threadsOf: (prompt) => run((db) => threadsOf(db, prompt)),
    leave: (lease, thread, prompt) => leased(lease, (db) => leave(db, thread, prompt)),
    begin: (lease, thread, slot, key) => leased(lease, (db) => begin(db, thread, slot, key)),
    posted: (lease, thread, slot, message, hash) =>
      leased(lease, (db) => set(db, thread, slot, { message, hash, removed: false, ...saidBy(hash) })),
    shown: (lease, thread, slot, hash) =>
      leased(lease, (db) => set(db, thread, slot, { hash, ...saidBy(hash) })),
    refused: (lease, thread, slot, hash) =>
      leased(lease, (db) => set(db, thread, slot, { hash: `${hash}${refused}`, content: null })),
    removed: (lease, thread, slot) =>
      leased(lease, (db) => set(db, thread, slot, { removed: true, hash: '', content: null })),
    say: (lease, thread, slot, key, content) =>
      leased(lease, async (db, again) => (await say(db, { thread, slot, key, content })) || again),
    unsaid: (server) => run((db) => unsaid(db, server)),
  };
}

/** Instead of a content's hash: nothing is shown there any more, and what is shown is not followed. */
const left = 'left';

/** Behind a content's hash: the platform did not take it. */
const refused = '!';

const columns = ['thread', 'slot', 'key', 'message', 'hash', 'removed'] as const;

function ledgerRow(row: Omit<Selectable<LedgerTable>, 'id' | 'content'>): LedgerRow {
  const isRefused = row.hash.endsWith(refused);
  const hash = isRefused ? row.hash.slice(0, -refused.length) : row.hash;
  return { ...row, hash, refused: isRefused, message: row.message ?? undefined };
}

async function forPrompt(db: Database, thread: ThreadId, prompt: PromptId): Promise<readonly LedgerRow[]> {
  const rows = await db
    .selectFrom('ledger')
    .select(columns)
    .where('thread', '=', thread)
    .where(ofPrompt(prompt))
    .orderBy('id')
    .execute();
  return rows.map(ledgerRow);
}

async function byMessage(db: Database, thread: ThreadId, message: MessageId): Promise<LedgerRow | undefined> {
  const row = await db
    .selectFrom('ledger')
    .select(columns)
    .where('thread', '=', thread)
    .where('message', '=', message)
    .where('hash', '<>', left)
    .executeTakeFirst();
  return row && ledgerRow(row);
}

/** As `SlotKey` is made: the prompt stands before the first stroke. */
const ofPrompt = (prompt: PromptId) => sql<boolean>`split_part(slot, '/', 1) = ${String(prompt)}`;

async function threadsOf(db: Database, prompt: PromptId): Promise<readonly ThreadId[]> {
  const rows = await db
    .selectFrom('ledger')
    .select('thread')
    .distinct()
    .where(ofPrompt(prompt))
    .where('removed', '=', false)
    .where('hash', '<>', left)
    .execute();
  return rows.map(({ thread }) => thread);
}

async function leave(db: Database, thread: ThreadId, prompt: PromptId): Promise<void> {
  await db
    .updateTable('ledger')
    .set({ hash: left })
    .where('thread', '=', thread)
    .where(ofPrompt(prompt))
    .execute();
}

async function begin(db: Database, thread: ThreadId, slot: SlotKey, key: string): Promise<LedgerRow> {
  const row = await db
    .insertInto('ledger')
    .values({ thread, slot, key })
    .onConflict((there) =>
      there.columns(['thread', 'slot']).doUpdateSet((old) => ({ slot: old.ref('ledger.slot') })),
    )
    .returning(columns)
    .executeTakeFirstOrThrow();
  return ledgerRow(row);
}

type Unsaid = Pick<LedgerTable, 'thread' | 'slot' | 'key'> & { readonly content: Outbound };

async function say(db: Database, { thread, slot, key, content }: Unsaid): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('ledger')
    .values({ thread, slot, key, content: json(stored(content)) })
    .onConflict((known) => known.columns(['thread', 'slot']).doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Only where it is there and shows something else. */
export async function owe(db: Database, { thread, slot, content, hash }: Owed): Promise<void> {
  await db
    .updateTable('ledger')
    .set({ content: json(stored(content)) })
    .where('thread', '=', thread)
    .where('slot', '=', slot)
    .where('removed', '=', false)
    .where('hash', 'not in', [hash, `${hash}${refused}`, left])
    .execute();
}

async function unsaid(db: Database, server: ServerName): Promise<readonly UnsaidRow[]> {
  const rows = await db
    .selectFrom('ledger')
    .innerJoin('thread', 'thread.id', 'ledger.thread')
    .select(['ledger.slot', 'ledger.content', ...threadColumns])
    .where('ledger.content', 'is not', null)
    .where('thread.server', '=', server)
    .orderBy('ledger.id')
    .execute();
  return rows.flatMap(({ slot, content, ...thread }) =>
    content === null ? [] : [{ slot, content: restored(content), thread: threadRow(thread) }],
  );
}

function stored(content: Outbound): StoredContent {
  return isFile(content) ? { ...content, bytes: Buffer.from(content.bytes).toString('base64') } : content;
}

function restored(content: StoredContent): Outbound {
  return 'bytes' in content
    ? { ...content, bytes: new Uint8Array(Buffer.from(content.bytes, 'base64')) }
    : content;
}

/** A placeholder says nothing yet. */
function saidBy(hash: string): { readonly content?: null } {
  return hash === '' ? {} : { content: null };
}

async function set(
  db: Database,
  thread: ThreadId,
  slot: SlotKey,
  values: Partial<Pick<LedgerTable, 'message' | 'content'>> & {
    readonly hash?: string;
    readonly removed?: boolean;
  },
): Promise<void> {
  await db.updateTable('ledger').set(values).where('thread', '=', thread).where('slot', '=', slot).execute();
}
