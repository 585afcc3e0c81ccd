/** People who were let in, and codes of those who want to be. */
import { type Selectable, sql } from 'kysely';
import type { Author } from '../core/channel.ts';
import { noInbox, type ServerName } from '../core/ids.ts';
import type { StoreConnection } from './connection.ts';
import type {
  Greeting,
  PairingRow,
  PairingStore,
  PeopleStore,
  PersonRow,
  PersonStanding,
} from './people-types.ts';
import type { Database, PersonTable } from './tables.ts';
import { fromNow, now } from './values.ts';

/** Wrong codes that end an open one. */
const mostTries = 5;

export function createPeopleStore({ run }: StoreConnection): PeopleStore {
  return {
    standing: (author, { platform, channel }) => run((db) => standing(db, author, platform, channel)),
    meet: (author) => run((db) => meet(db, author)),
    list: () =>
      run(async (db) => (await db.selectFrom('person').selectAll().orderBy('name').execute()).map(personRow)),
    pair: (pairing, by) => run((db) => pair(db, pairing, by)),
    async unpair(person) {
      await run((db) =>
        db
          .updateTable('person')
          .set({ paired_at: null, paired_by: null, greeted: true })
          .where('id', '=', person)
          .execute(),
      );
    },
    ungreeted: (server) => run((db) => ungreeted(db, server)),
    async greeted(person) {
      await run((db) => db.updateTable('person').set({ greeted: true }).where('id', '=', person).execute());
    },
  };
}

export function createPairings({ run }: StoreConnection): PairingStore {
  return {
    ask: (pairing, ttlMs) => run((db) => ask(db, pairing, ttlMs)),
    list: () => run((db) => pairings(db).execute()),
    async missed(attempt) {
      await run((db) =>
        sql`
          update pairing set tries = array_append(tries, ${attempt}::text)
          where used_at is null and expires_at > now() and cardinality(tries) < ${mostTries}
            and not (${attempt}::text = any (tries))`.execute(db),
      );
    },
    async prune() {
      await run((db) => db.deleteFrom('pairing').where('expires_at', '<', fromNow(-86_400_000)).execute());
    },
  };
}

function personRow(row: Selectable<PersonTable>): PersonRow {
  return {
    id: row.id,
    name: row.name,
    pairedAt: row.paired_at ?? undefined,
    pairedBy: row.paired_by ?? undefined,
  };
}

async function standing(
  db: Database,
  author: string,
  platform: string,
  channel: string,
): Promise<PersonStanding> {
  const { rows } = await sql<{ name: string | null; paired: boolean; open: boolean }>`
    select
      (select name from person where id = ${author}) as name,
      exists (select from person where id = ${author} and paired_at is not null) as paired,
      exists (select from opening where platform = ${platform} and channel = ${channel} and open) as open
    `.execute(db);
  const [row] = rows;
  return { name: row?.name ?? undefined, paired: row?.paired === true, open: row?.open === true };
}

async function meet(db: Database, { id, name }: Pick<Author, 'id' | 'name'>): Promise<void> {
  await db
    .insertInto('person')
    .values({ id, name })
    .onConflict((known) => known.column('id').doUpdateSet({ name }))
    .execute();
}

/** One statement: nobody is let in without the code being used up, and by an open code only. */
async function pair(db: Database, { person, inbox }: PairingRow, by: string): Promise<void> {
  await sql`
    with used as (
      update pairing set used_at = now()
      where person = ${person} and inbox = ${inbox} and used_at is null and expires_at > now()
        and cardinality(tries) < ${mostTries}
      returning person, name, thread, inbox
    )
    insert into person (id, name, paired_at, paired_by, thread, pairing, greeted)
    select person, name, now(), ${by}, thread, inbox, false from used
    on conflict (id) do update set
      name = excluded.name, paired_at = excluded.paired_at, paired_by = excluded.paired_by,
      thread = excluded.thread, pairing = excluded.pairing, greeted = false`.execute(db);
}

async function ungreeted(db: Database, server: ServerName): Promise<readonly Greeting[]> {
  const rows = await db
    .selectFrom('person')
    .innerJoin('thread', 'thread.id', 'person.thread')
    .select(['person.id as person', 'person.paired_by as pairedBy', 'person.pairing', 'thread.id as thread'])
    .where('person.greeted', '=', false)
    .where('thread.server', '=', server)
    .execute();
  return rows.map(({ person, pairedBy, pairing, thread }) => ({
    person,
    pairedBy: pairedBy ?? '',
    pairing: pairing ?? noInbox,
    thread,
  }));
}

function pairings(db: Database) {
  return db
    .selectFrom('pairing')
    .select([
      'person',
      'name',
      'thread',
      'inbox',
      'hash',
      sql<PairingRow['state']>`
        case when used_at is not null then 'used'
          when cardinality(tries) >= ${mostTries} then 'spent'
          when expires_at <= now() then 'expired'
          else 'open' end`.as('state'),
    ])
    .orderBy('expires_at');
}

async function ask(db: Database, pairing: Omit<PairingRow, 'state'>, ttlMs: number): Promise<PairingRow> {
  const { person, name, thread, inbox, hash } = pairing;
  const fresh = { name, thread, inbox, hash, expires_at: fromNow(ttlMs) };
  await db
    .insertInto('pairing')
    .values({ person, ...fresh })
    .onConflict((there) =>
      there
        .column('person')
        .doUpdateSet({ ...fresh, tries: sql`'{}'`, used_at: null })
        .where(({ or, eb }) =>
          or([
            eb('pairing.used_at', 'is not', null),
            eb('pairing.expires_at', '<=', now),
            sql<boolean>`cardinality(pairing.tries) >= ${mostTries}`,
          ]),
        ),
    )
    .execute();
  return pairings(db).where('person', '=', person).executeTakeFirstOrThrow();
}
