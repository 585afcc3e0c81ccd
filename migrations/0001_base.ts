/** The first tables: threads, sessions, prompts, requests, the inbox, the ledger, leases and documents. */
import { type Kysely, sql } from 'kysely';

/**
 * Times are the database's, `timestamptz`. Every id is drawn in order of creation.
 * A lease row is never deleted: its fence only grows.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

const statements = [
  sql`
    create table lease (
      name text primary key,
      owner text not null,
      fence bigint not null default 1,
      until timestamptz not null
    )`,

  sql`
    create table session (
      id bigint generated always as identity primary key,
      server text not null,
      project text not null,
      directory text not null,
      title text not null,
      session text,
      created_at timestamptz not null default now(),
      unique (server, session)
    )`,

  sql`
    create table thread (
      id bigint generated always as identity primary key,
      platform text not null,
      channel text not null,
      thread text not null,
      server text not null,
      project text not null,
      session bigint references session,
      verbosity text not null default 'normal' check (verbosity in ('quiet', 'normal', 'verbose')),
      created_at timestamptz not null default now(),
      unique (platform, channel, thread)
    )`,
  sql`create index thread_session on thread (session) where session is not null`,

  // reason: why it was postponed last; note: why nothing was done.
  sql`
    create table inbox (
      id bigint generated always as identity primary key,
      platform text not null,
      event_id text not null,
      thread bigint not null references thread,
      event jsonb not null,
      attempts integer not null default 0,
      ready_at timestamptz not null default now(),
      reason text,
      accepted_at timestamptz not null default now(),
      handled_at timestamptz,
      note text,
      unique (platform, event_id)
    )`,
  sql`create index inbox_unhandled on inbox (id) where handled_at is null`,
  // At most one row a thread: whatever may hold its later events back.
  sql`create index inbox_postponed on inbox (thread, id) where handled_at is null and attempts > 0`,
  sql`create index inbox_handled on inbox (handled_at) where handled_at is not null`,

  // piece_at: when the newest piece came.
  sql`
    create table prompt (
      id bigint generated always as identity primary key,
      session bigint not null references session,
      thread bigint not null references thread,
      author jsonb not null,
      pieces jsonb not null,
      piece_at timestamptz not null default now(),
      state text not null default 'queued' check (state in
        ('queued', 'sent', 'accepted', 'stopping', 'answered', 'failed', 'stopped', 'withdrawn')),
      message_id text unique,
      attempt integer not null default 0,
      base_segment integer not null default 1,
      joins bigint references prompt,
      outcome jsonb not null default '{}',
      created_at timestamptz not null default now(),
      ready_at timestamptz not null,
      sent_at timestamptz,
      resumed_at timestamptz,
      settled_at timestamptz,
      delivered boolean not null default false
    )`,
  sql`create index prompt_session on prompt (session, id)`,
  sql`create index prompt_open on prompt (session, id) where settled_at is null`,
  sql`create index prompt_unfinished on prompt (id) where settled_at is null or not delivered`,
  // fastupdate off: the embedded database has no autovacuum that would empty the pending list.
  sql`create index prompt_pieces on prompt using gin (pieces jsonb_path_ops) with (fastupdate = off)`,

  sql`
    create table request (
      id bigint generated always as identity primary key,
      session bigint not null references session,
      prompt bigint not null references prompt,
      request jsonb not null,
      position integer not null,
      attempt integer not null,
      state text not null default 'open' check (state in
        ('open', 'settling', 'settled', 'elsewhere', 'aborted', 'expired', 'lost')),
      decision jsonb,
      decided_by jsonb,
      decided_at timestamptz,
      asked_at timestamptz not null default now(),
      expires_at timestamptz not null
    )`,
  sql`create unique index request_once on request (session, (request ->> 'id'))`,
  sql`create index request_prompt on request (prompt)`,
  sql`create index request_unsettled on request (id) where state in ('open', 'settling')`,

  sql`
    create table ledger (
      id bigint generated always as identity primary key,
      thread bigint not null references thread,
      slot text not null,
      key text not null,
      message text,
      hash text not null default '',
      removed boolean not null default false,
      unique (thread, slot)
    )`,
  sql`create index ledger_prompt on ledger (thread, split_part(slot, '/', 1), id)`,
  sql`create index ledger_message on ledger (thread, message) where message is not null`,

  sql`
    create table document (
      adapter text not null,
      collection text not null,
      key text collate "C" not null,
      value jsonb not null,
      primary key (adapter, collection, key)
    )`,
];
