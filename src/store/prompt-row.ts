import type { Selectable } from 'kysely';
import type { PromptTable } from './tables.ts';
import type { PromptRow } from './types.ts';

export function promptRow(row: Selectable<PromptTable>): PromptRow {
  return {
    id: row.id,
    session: row.session,
    thread: row.thread,
    author: row.author,
    pieces: row.pieces,
    state: row.state,
    messageId: row.message_id ?? undefined,
    attempt: row.attempt,
    baseSegment: row.base_segment,
    lost: row.lost,
    joins: row.joins ?? undefined,
    outcome: row.outcome,
    createdAt: row.created_at,
    sentAt: row.sent_at ?? undefined,
    resumedAt: row.resumed_at ?? undefined,
    settledAt: row.settled_at ?? undefined,
    readyAt: row.ready_at,
    delivered: row.delivered,
    outside: row.elsewhere,
  };
}
