/** Requests of agents, each decided once. */
import { type Selectable, sql } from 'kysely';
import type { RequestOutcome } from '../core/agent.ts';
import type { Author } from '../core/channel.ts';
import type { RequestId, ServerName, ThreadId } from '../core/ids.ts';
import type { StoreConnection } from './connection.ts';
import type { Database, RequestTable } from './tables.ts';
import type { Decision, RequestRow, RequestState, RequestStore, Words } from './types.ts';
import { fromNow, json, now } from './values.ts';

type NewRequest = Parameters<RequestStore['open']>[1];

export function createRequestStore({ run, leased }: StoreConnection): RequestStore {
  return {
    byId: (id) => run((db) => byId(db, id)),
    open: (lease, request, ttlMs) => leased(lease, (db) => open(db, request, ttlMs)),
    decide: (lease, id, decision, by, thread) =>
      leased(lease, async (db, again) => {
        const decided = await decide(db, id, { decision, by, thread });
        return decided ?? (again ? decidedBefore(db, id, decision, by) : undefined);
      }),
    hear: (lease, id, words) => leased(lease, (db) => hear(db, id, words)),
    close: (lease, id, state, outcome) =>
      leased(lease, async (db, again) => {
        if (await close(db, id, state, outcome)) return true;
        return again && (await byId(db, id))?.state === state;
      }),
    forPrompt: (prompt) => run((db) => many(select(db).where('prompt', '=', prompt))),
    unsettled: (server) => run((db) => many(unsettled(db, server))),
    overdue: (server) => run((db) => many(overdue(db, server))),
  };
}

function requestRow(row: Selectable<RequestTable>): RequestRow {
  return {
    id: row.id,
    session: row.session,
    prompt: row.prompt,
    request: row.request,
    position: row.position,
    attempt: row.attempt,
    state: row.state,
    decision: row.decision ?? undefined,
    decidedBy: row.decided_by ?? undefined,
    decidedAt: row.decided_at ?? undefined,
    words: row.words ?? undefined,
    decidedIn: row.decided_in ?? undefined,
    askedAt: row.asked_at,
    expiresAt: row.expires_at,
  };
}

async function many(rows: {
  execute(): Promise<Selectable<RequestTable>[]>;
}): Promise<readonly RequestRow[]> {
  return (await rows.execute()).map(requestRow);
}

const select = (db: Database) => db.selectFrom('request').selectAll('request').orderBy('request.id');

const byId = async (db: Database, id: RequestId) => (await many(select(db).where('id', '=', id)))[0];

const onServer = (db: Database, server: ServerName) =>
  select(db).innerJoin('session', 'session.id', 'request.session').where('session.server', '=', server);

const unsettled = (db: Database, server: ServerName) =>
  onServer(db, server).where('request.state', 'in', ['open', 'settling']);

const overdue = (db: Database, server: ServerName) =>
  onServer(db, server).where('request.state', '=', 'open').where('request.expires_at', '<=', now);

async function open(db: Database, request: NewRequest, ttlMs: number): Promise<RequestRow> {
  const row = await db
    .insertInto('request')
    .values({
      session: request.session,
      prompt: request.prompt,
      request: json(request.request),
      position: request.position,
      attempt: request.attempt,
      expires_at: fromNow(ttlMs),
    })
    .onConflict((there) =>
      there.expression(sql`session, (request ->> 'id')`).doUpdateSet(({ ref }) => ({
        request: sql`case when ${ref('request.state')} = 'open' and ${ref('request.request')} ->> 'unknown' = 'true'
            then ${ref('excluded.request')} else ${ref('request.request')} end`,
      })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return requestRow(row);
}

interface Decided {
  readonly decision: Decision;
  readonly by: Author;
  readonly thread: ThreadId | undefined;
}

async function decide(
  db: Database,
  id: RequestId,
  { decision, by, thread }: Decided,
): Promise<RequestRow | undefined> {
  const row = await db
    .updateTable('request')
    .set({
      state: 'settling',
      decision: json(decision),
      decided_by: json(by),
      decided_at: now,
      decided_in: thread ?? null,
    })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .returningAll()
    .executeTakeFirst();
  return row && requestRow(row);
}

/** This very decision, where it was stored already. */
async function decidedBefore(
  db: Database,
  id: RequestId,
  decision: Decision,
  by: Author,
): Promise<RequestRow | undefined> {
  const rows = select(db)
    .where('id', '=', id)
    .where('decision', '=', json(decision))
    .where('decided_by', '=', json(by));
  return (await many(rows))[0];
}

async function hear(db: Database, id: RequestId, words: Words): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('request')
    .set({ words: json(words) })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function close(
  db: Database,
  id: RequestId,
  state: RequestState,
  outcome: RequestOutcome | undefined,
): Promise<boolean> {
  const told =
    outcome === undefined
      ? {}
      : { decision: json(outcome), decided_by: null, decided_in: null, decided_at: now };
  const { numUpdatedRows } = await db
    .updateTable('request')
    .set({ state, ...told })
    .where('id', '=', id)
    .where('state', 'in', ['open', 'settling'])
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
