import { type Selectable, sql } from 'kysely';
import type { MessageId } from '../core/channel.ts';
import type { Connection } from './connection.ts';
import type { Database, LedgerTable } from './tables.ts';
import type { LedgerRow, LedgerStore } from './types.ts';

export function createLedger({ run, leased }: Connection): LedgerStore {
  return {
    forPrompt: (thread, prompt) => run((db) => forPrompt(db, thread, prompt)),
    byMessage: (thread, message) => run((db) => byMessage(db, thread, message)),
    begin: (lease, thread, slot, key) => leased(lease, (db) => begin(db, thread, slot, key)),
    posted: (lease, thread, slot, message, hash) =>
      leased(lease, (db) => set(db, thread, slot, { message, hash, removed: false })),
    shown: (lease, thread, slot, hash) => leased(lease, (db) => set(db, thread, slot, { hash })),
    removed: (lease, thread, slot) =>
      leased(lease, (db) => set(db, thread, slot, { removed: true, hash: '' })),
  };
}

const columns = ['thread', 'slot', 'key', 'message', 'hash', 'removed'] as const;

function ledgerRow(row: Omit<Selectable<LedgerTable>, 'id'>): LedgerRow {
  return { ...row, message: row.message ?? undefined };
}

async function forPrompt(db: Database, thread: number, prompt: number): Promise<readonly LedgerRow[]> {
  const rows = await db
    .selectFrom('ledger')
    .select(columns)
    .where('thread', '=', thread)
    .where(sql`split_part(slot, '/', 1)`, '=', String(prompt))
    .orderBy('id')
    .execute();
  return rows.map(ledgerRow);
}

async function byMessage(db: Database, thread: number, message: MessageId): Promise<LedgerRow | undefined> {
  const row = await db
    .selectFrom('ledger')
    .select(columns)
    .where('thread', '=', thread)
    .where('message', '=', message)
    .executeTakeFirst();
  return row && ledgerRow(row);
}

async function begin(db: Database, thread: number, slot: string, key: string): Promise<LedgerRow> {
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

async function set(
  db: Database,
  thread: number,
  slot: string,
  values: { readonly message?: MessageId; readonly hash?: string; readonly removed?: boolean },
): Promise<void> {
  await db.updateTable('ledger').set(values).where('thread', '=', thread).where('slot', '=', slot).execute();
}
