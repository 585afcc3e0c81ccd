/** Channels that an admin opened to people who were let in. */
import type { ThreadAddress } from '../core/channel.ts';
import type { StoreConnection } from './connection.ts';
import type { OpeningRow, OpeningStore } from './people-types.ts';
import type { Database } from './tables.ts';

type Channel = Pick<ThreadAddress, 'platform' | 'channel'>;

export function createOpenings({ run }: StoreConnection): OpeningStore {
  return {
    of: (channel) => run((db) => select(db, channel).executeTakeFirst()),
    begin: (channel, by, inbox) => run((db) => begin(db, channel, { open: true, changedBy: by, inbox })),
    set: (channel, opening) => run((db) => set(db, channel, opening)),
    move: (platform, from, to) => run((db) => move(db, platform, from, to)),
  };
}

function select(db: Database, { platform, channel }: Channel) {
  return db
    .selectFrom('opening')
    .select(['open', 'changed_by as changedBy', 'inbox'])
    .where('platform', '=', platform)
    .where('channel', '=', channel);
}

function insert(db: Database, { platform, channel }: Channel, { open, changedBy, inbox }: OpeningRow) {
  return db.insertInto('opening').values({ platform, channel, open, changed_by: changedBy, inbox });
}

async function begin(db: Database, channel: Channel, opening: OpeningRow): Promise<OpeningRow> {
  await insert(db, channel, opening)
    .onConflict((there) => there.columns(['platform', 'channel']).doNothing())
    .execute();
  return select(db, channel).executeTakeFirstOrThrow();
}

async function set(db: Database, channel: Channel, opening: OpeningRow): Promise<void> {
  const { open, changedBy, inbox } = opening;
  await insert(db, channel, opening)
    .onConflict((there) =>
      there.columns(['platform', 'channel']).doUpdateSet({ open, changed_by: changedBy, inbox }),
    )
    .execute();
}

/** What was decided for the new id stays. */
async function move(db: Database, platform: string, from: string, to: string): Promise<void> {
  await db
    .updateTable('opening')
    .set({ channel: to })
    .where('platform', '=', platform)
    .where('channel', '=', from)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('opening as there')
            .select('there.open')
            .where('there.platform', '=', platform)
            .where('there.channel', '=', to),
        ),
      ),
    )
    .execute();
}
