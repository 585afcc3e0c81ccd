/** Tables of people: who was let in, codes, opened channels, and reasons why something was not answered. */
import { type Kysely, sql } from 'kysely';

/** Who may do something here beside the admins, where, and why what somebody did was not acted on. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

const statements = [
  // Admins too, for their names: who is one is the operator's decision and not stored. thread: where a paired
  // person talks to us alone, and is told; pairing: the inbox row of the code that let them in.
  sql`
    create table person (
      id text primary key,
      name text not null,
      paired_at timestamptz,
      paired_by text,
      thread bigint references thread,
      pairing bigint,
      greeted boolean not null default true
    )`,
  sql`create index person_ungreeted on person (thread) where not greeted`,

  // One row a person: one open code. inbox: the row that the code is derived from; tries: wrong ones made while
  // it was open, each with the id of what made it, so that one that is handled again counts once.
  sql`
    create table pairing (
      person text primary key,
      name text not null,
      thread bigint not null references thread,
      inbox bigint not null,
      hash text not null,
      tries text[] not null default '{}',
      expires_at timestamptz not null,
      used_at timestamptz
    )`,

  // Channels that an admin spoke to us in. inbox: the row that opened it.
  sql`
    create table opening (
      platform text not null,
      channel text not null,
      open boolean not null,
      changed_by text not null,
      inbox bigint not null,
      primary key (platform, channel)
    )`,

  // No text of anybody. inbox: a row handled again after a crash keeps its first reason and reference.
  sql`
    create table reason (
      id bigint generated always as identity primary key,
      inbox bigint not null unique,
      thread bigint not null references thread,
      message text,
      author text not null,
      reason text not null,
      reference text not null,
      at timestamptz not null default now()
    )`,
  sql`create index reason_thread on reason (thread, id)`,
  sql`create index reason_at on reason (at)`,
];
