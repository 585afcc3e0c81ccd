/** What adapters keep: small JSON documents, each adapter its own. */
import type { Documents } from '../core/channel.ts';
import type { StoreConnection } from './connection.ts';
import type { Database } from './tables.ts';
import { json } from './values.ts';

/** Documents of one adapter. Not leased: an adapter that must be alone holds a lease of its own. */
export function createDocuments({ run }: StoreConnection, adapter: string): Documents {
  return {
    get: (collection, key) => run((db) => get(db, adapter, collection, key)),
    put: (collection, key, value) => run((db) => put(db, adapter, collection, key, value)),
    remove: (collection, key) => run((db) => remove(db, adapter, collection, key)),
    list: (collection) => run((db) => list(db, adapter, collection)),
  };
}

async function get(db: Database, adapter: string, collection: string, key: string): Promise<unknown> {
  const row = await db
    .selectFrom('document')
    .select('value')
    .where('adapter', '=', adapter)
    .where('collection', '=', collection)
    .where('key', '=', key)
    .executeTakeFirst();
  return row?.value;
}

async function put(
  db: Database,
  adapter: string,
  collection: string,
  key: string,
  value: unknown,
): Promise<void> {
  await db
    .insertInto('document')
    .values({ adapter, collection, key, value: json(value) })
    .onConflict((there) =>
      there
        .columns(['adapter', 'collection', 'key'])
        .doUpdateSet((row) => ({ value: row.ref('excluded.value') })),
    )
    .execute();
}

async function remove(db: Database, adapter: string, collection: string, key: string): Promise<void> {
  await db
    .deleteFrom('document')
    .where('adapter', '=', adapter)
    .where('collection', '=', collection)
    .where('key', '=', key)
    .execute();
}

async function list(db: Database, adapter: string, collection: string) {
  return db
    .selectFrom('document')
    .select(['key', 'value'])
    .where('adapter', '=', adapter)
    .where('collection', '=', collection)
    .orderBy('key')
    .execute();
}
