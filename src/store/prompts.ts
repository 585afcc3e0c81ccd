/** The queue of prompts, and what became of each. */
import { sql } from 'kysely';
import type { MessageId } from '../core/channel.ts';
import { noInbox, type PromptId, type ServerMessageId, type ThreadId } from '../core/ids.ts';
import { type PromptState, runningStates } from '../core/prompt.ts';
import type { StoreConnection } from './connection.ts';
import { dropFiles, putFiles } from './files.ts';
import { owe } from './ledger.ts';
import { byId, latest, one, openPrompts, select, unfinished, withdrawn } from './prompt-reads.ts';
import { promptRow } from './prompt-row.ts';
import { authors, hasSpoken } from './speakers.ts';
import type { Database } from './tables.ts';
import type { Piece, PromptOutcome, PromptRow, PromptStore } from './types.ts';
import { fromNow, json, now } from './values.ts';

type NewPrompt = Parameters<PromptStore['enqueue']>[1];
type Adopted = Parameters<PromptStore['adopt']>[1];
type Resumption = Parameters<PromptStore['markResumed']>[2];
type Found = 'changed' | 'late' | 'absent';

export function createPrompts({ run, leased }: StoreConnection): PromptStore {
  return {
    byId: (id) => run((db) => byId(db, id)),
    byMessageId: (messageId) => run((db) => one(select(db).where('message_id', '=', messageId))),
    byPiece: (thread, inbox) => run((db) => one(holding(db, thread, { inbox }))),
    authors: (session) => run((db) => authors(db, session)),
    hasSpoken: (thread) => run((db) => hasSpoken(db, thread)),
    open: (session) => run((db) => openPrompts(db, session)),
    unfinished: (server) => run((db) => unfinished(db, server)),
    withdrawn: (session) => run((db) => withdrawn(db, session)),
    enqueue: (lease, prompt, windowMs) => leased(lease, (db) => enqueue(db, prompt, windowMs)),
    adopt: (lease, prompt) => leased(lease, (db) => adopt(db, prompt)),
    leaveRun: (lease, id) => leased(lease, (db) => leaveRun(db, id)),
    editPiece: (lease, thread, message, text) => leased(lease, (db) => editPiece(db, thread, message, text)),
    withdrawPiece: (lease, thread, message) => leased(lease, (db) => withdrawPiece(db, thread, message)),
    markSent: (lease, id, messageId, joins) =>
      leased(lease, async (db, again) => {
        if (await markSent(db, id, messageId, joins)) return true;
        return again && (await byId(db, id))?.messageId === messageId;
      }),
    markAccepted: (lease, id) => leased(lease, (db) => markAccepted(db, id)),
    move: (lease, id, messageId, context) => leased(lease, (db) => move(db, id, messageId, context)),
    latest: (session, before, most) => run((db) => latest(db, session, before, most)),
    markResumed: (lease, id, again) => leased(lease, (db) => markResumed(db, id, again)),
    markStopping: (lease, id, by, thread) => leased(lease, (db) => markStopping(db, id, { by, thread })),
    settle: (lease, id, state, outcome, joined) =>
      leased(lease, async (db, again) => {
        for (const one of joined?.ended ?? []) await settle(db, one.id, one.state, one.outcome);
        if (joined?.next !== undefined) await leaveRun(db, joined.next);
        if (await settle(db, id, state, outcome)) return true;
        return again && (await byId(db, id))?.state === state;
      }),
    markDelivered: (lease, id) => leased(lease, (db) => markDelivered(db, id)),
    withdraw: (lease, id) => leased(lease, (db) => withdraw(db, id)),
  };
}

/** A change of one prompt, made only while it is in one of these states. */
const change = (db: Database, id: PromptId, from: readonly PromptState[]) =>
  db.updateTable('prompt').where('id', '=', id).where('state', 'in', from);

async function enqueue(db: Database, prompt: NewPrompt, windowMs: number): Promise<PromptRow> {
  const { inbox } = prompt.piece;
  const there = await one(holding(db, prompt.thread, { inbox }).forUpdate());
  if (there !== undefined) return there;
  const row = (await append(db, prompt, windowMs)) ?? (await insert(db, prompt, windowMs));
  await putFiles(db, row.id, inbox, prompt.files ?? []);
  return row;
}

/** The newest prompt of the thread with such a piece. */
function holding(db: Database, thread: ThreadId, piece: Partial<Piece>) {
  return select(db)
    .where('thread', '=', thread)
    .where(sql<boolean>`pieces @> ${json([piece])}`)
    .orderBy('id', 'desc')
    .limit(1);
}

function append(
  db: Database,
  { session, thread, author, piece }: NewPrompt,
  windowMs: number,
): Promise<PromptRow | undefined> {
  return one(
    db
      .updateTable('prompt')
      .set({
        pieces: sql`pieces || ${json([piece])}`,
        piece_at: now,
        ready_at: fromNow(windowMs),
      })
      .where('id', '=', (row) =>
        row
          .selectFrom('prompt as last')
          .select(({ fn }) => fn.max('last.id').as('id'))
          .where('last.session', '=', session),
      )
      .where('state', '=', 'queued')
      .where('thread', '=', thread)
      .where(sql`author ->> 'id'`, '=', author.id)
      .where('piece_at', '>', fromNow(-windowMs))
      // After an outage, what was said minutes apart comes at once.
      .where(sql<boolean>`coalesce((pieces -> -1 ->> 'at')::bigint >= ${(piece.at ?? 0) - windowMs}, true)`)
      .returningAll(),
  );
}

async function insert(
  db: Database,
  { session, thread, author, piece }: NewPrompt,
  windowMs: number,
): Promise<PromptRow> {
  const row = await db
    .insertInto('prompt')
    .values({
      session,
      thread,
      author: json(author),
      pieces: json([piece]),
      ready_at: fromNow(windowMs),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return promptRow(row);
}

async function adopt(
  db: Database,
  { session, thread, author, messageId, text, joins }: Adopted,
): Promise<PromptRow> {
  const pieces: readonly Piece[] = [{ inbox: noInbox, message: '', text }];
  await db
    .insertInto('prompt')
    .values({
      session,
      thread,
      author: json(author),
      pieces: json(pieces),
      state: 'accepted',
      message_id: messageId,
      joins: joins ?? null,
      ready_at: now,
      sent_at: now,
      elsewhere: true,
    })
    .onConflict((there) => there.column('message_id').doNothing())
    .execute();
  const row = await one(select(db).where('message_id', '=', messageId));
  if (row === undefined) throw new Error(`the prompt ${messageId} was stored and is not there`);
  return row;
}

async function leaveRun(db: Database, id: PromptId): Promise<void> {
  const left = await byId(db, id);
  if (left?.joins === undefined) return;
  await change(db, id, runningStates).set({ joins: null }).execute();
  await db
    .updateTable('prompt')
    .set({ joins: id })
    .where('joins', '=', left.joins)
    .where('state', 'in', runningStates)
    .execute();
}

async function editPiece(
  db: Database,
  thread: ThreadId,
  message: MessageId,
  text: string,
): Promise<Found | 'same'> {
  const prompt = await one(holding(db, thread, { message }).forUpdate());
  if (prompt?.pieces.some((piece) => piece.message === message && piece.text === text)) return 'same';
  if (prompt?.state !== 'queued') return prompt === undefined ? 'absent' : 'late';
  const pieces = prompt.pieces.map((piece) => (piece.message === message ? { ...piece, text } : piece));
  await change(db, prompt.id, ['queued'])
    .set({ pieces: json(pieces) })
    .execute();
  return 'changed';
}

/** The last piece stays in the withdrawn prompt: it says whose message it was, and the event cannot bring it again. */
async function withdrawPiece(db: Database, thread: ThreadId, message: MessageId): Promise<Found> {
  const prompt = await one(holding(db, thread, { message }).forUpdate());
  if (prompt === undefined) return 'absent';
  if (prompt.state !== 'queued') return prompt.state === 'withdrawn' ? 'changed' : 'late';
  const rest = prompt.pieces.filter((piece) => piece.message !== message);
  for (const { inbox } of prompt.pieces.filter((piece) => !rest.includes(piece)))
    await dropFiles(db, prompt.id, inbox);
  if (rest.length === 0) await settle(db, prompt.id, 'withdrawn', {});
  else
    await change(db, prompt.id, ['queued'])
      .set({ pieces: json(rest) })
      .execute();
  return 'changed';
}

async function markSent(
  db: Database,
  id: PromptId,
  messageId: ServerMessageId,
  joins: PromptId | undefined,
): Promise<boolean> {
  const { numUpdatedRows } = await change(db, id, ['queued'])
    .set({ state: 'sent', message_id: messageId, joins: joins ?? null, sent_at: now })
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function markAccepted(db: Database, id: PromptId): Promise<void> {
  await change(db, id, ['sent']).set({ state: 'accepted' }).execute();
}

async function move(
  db: Database,
  id: PromptId,
  messageId: ServerMessageId,
  context: string | undefined,
): Promise<void> {
  const prompt = await one(select(db).where('id', '=', id).forUpdate());
  if (prompt === undefined) return;
  const [first, ...rest] = prompt.pieces;
  const pieces =
    first === undefined || context === undefined ? prompt.pieces : [{ ...first, context }, ...rest];
  await change(db, id, ['sent', 'accepted'])
    .set({
      state: 'sent',
      message_id: messageId,
      pieces: json(pieces),
      outcome: sql`outcome || ${json({ moved: true })}`,
    })
    .execute();
}

async function markResumed(
  db: Database,
  id: PromptId,
  { baseSegment, owed, lost }: Resumption,
): Promise<void> {
  const { numUpdatedRows } = await change(db, id, ['sent', 'accepted'])
    .set((row) => ({
      attempt: row('attempt', '+', 1),
      base_segment: baseSegment,
      resumed_at: now,
      lost: json(lost),
    }))
    .executeTakeFirst();
  if (numUpdatedRows > 0n) for (const one of owed) await owe(db, one);
}

/** Who stopped it first is remembered. One that was not sent yet never will be. */
async function markStopping(
  db: Database,
  id: PromptId,
  who: { readonly by: string; readonly thread: ThreadId | undefined },
): Promise<boolean> {
  const { numUpdatedRows } = await change(db, id, ['queued', ...runningStates])
    .set({ state: 'stopping', outcome: sql`${json(who)} || outcome` })
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function settle(
  db: Database,
  id: PromptId,
  state: Parameters<PromptStore['settle']>[2],
  outcome: PromptOutcome,
): Promise<boolean> {
  const { numUpdatedRows } = await change(db, id, ['queued', ...runningStates])
    .set({ state, outcome: sql`outcome || ${json(outcome)}`, settled_at: now })
    .executeTakeFirst();
  // One that failed or was stopped may be run again, with what it had.
  const done = state === 'answered' || state === 'withdrawn';
  if (done && numUpdatedRows > 0n) await dropFiles(db, id);
  return numUpdatedRows > 0n;
}

async function markDelivered(db: Database, id: PromptId): Promise<void> {
  await db.updateTable('prompt').set({ delivered: true }).where('id', '=', id).execute();
}

async function withdraw(db: Database, id: PromptId): Promise<boolean> {
  const { numUpdatedRows } = await change(db, id, ['queued'])
    .set({ state: 'withdrawn', settled_at: now })
    .executeTakeFirst();
  if (numUpdatedRows > 0n) await dropFiles(db, id);
  return numUpdatedRows > 0n;
}
