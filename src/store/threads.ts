/** Threads, the session that each is bound to, and how each is set. */
import type { Selectable } from 'kysely';
import type { ThreadAddress } from '../core/channel.ts';
import type { SessionId, ThreadId } from '../core/ids.ts';
import { noProject } from '../core/project.ts';
import type { StoreConnection } from './connection.ts';
import { createSession, lockSession, renameSession, sessionById } from './sessions.ts';
import type { Database, ThreadTable } from './tables.ts';
import type { Placement, SessionRow, ThreadRow, ThreadSettings, ThreadStore } from './types.ts';

export function createThreadStore({ run, leased }: StoreConnection): ThreadStore {
  return {
    byId: (id) => run(async (db) => (await select(db).where('id', '=', id).execute()).map(threadRow)[0]),
    byAddress: (address) => run((db) => byAddress(db, address)),
    bySession: (session) =>
      run(async (db) =>
        (await select(db).where('session', '=', session).orderBy('id').execute()).map(threadRow),
      ),
    moveChannel: (platform, from, to) => run((db) => moveChannel(db, platform, from, to)),
    bind: (lease, thread, directory, title) => leased(lease, (db) => bind(db, thread, directory, title)),
    begin: (lease, thread, directory) => leased(lease, (db) => begin(db, thread, directory)),
    attach: (lease, thread, session) => leased(lease, (db) => attach(db, thread, session)),
    watch: (lease, thread, session) => leased(lease, (db) => setSession(db, thread, session)),
    detach: (lease, thread) => leased(lease, (db) => setSession(db, thread, null)),
    configure: (lease, thread, settings) => leased(lease, (db) => configure(db, thread, settings)),
  };
}

export const threadColumns = [
  'thread.id',
  'thread.platform',
  'thread.channel',
  'thread.thread',
  'thread.server',
  'thread.project',
  'thread.session',
  'thread.verbosity',
  'thread.model',
  'thread.agent',
  'thread.notify',
  'thread.listen',
  'thread.muted_until',
] as const;

function select(db: Database) {
  return db.selectFrom('thread').select(threadColumns);
}

export function threadRow(row: Omit<Selectable<ThreadTable>, 'created_at'>): ThreadRow {
  return {
    id: row.id,
    address: { platform: row.platform, channel: row.channel, thread: row.thread },
    server: row.server,
    project: row.project,
    session: row.session ?? undefined,
    verbosity: row.verbosity,
    model: row.model ?? undefined,
    agent: row.agent ?? undefined,
    notify: row.notify,
    listen: row.listen,
    mutedUntil: row.muted_until ?? undefined,
  };
}

async function byAddress(db: Database, { platform, channel, thread }: ThreadAddress) {
  const rows = await select(db)
    .where('platform', '=', platform)
    .where('channel', '=', channel)
    .where('thread', '=', thread)
    .execute();
  return rows.map(threadRow)[0];
}

/**
 * The thread's row, made with this server and project where there is none, or none with a project. Locks the row until
 * the transaction ends, so that what is stored for one thread is stored in order.
 */
export function placeThread(
  db: Pick<Database, 'insertInto'>,
  { platform, channel, thread }: ThreadAddress,
  { server, project, verbosity = 'normal', listen = 'all' }: Placement,
) {
  return db
    .insertInto('thread')
    .values({ platform, channel, thread, server, project, verbosity, listen })
    .onConflict((there) =>
      there.columns(['platform', 'channel', 'thread']).doUpdateSet((row) => {
        const kept = <Column extends 'server' | 'project'>(column: Column) =>
          row
            .case()
            .when('thread.project', '=', noProject)
            .then(row.ref(`excluded.${column}`))
            .else(row.ref(`thread.${column}`))
            .end();
        return { server: kept('server'), project: kept('project') };
      }),
    )
    .returning('id');
}

async function moveChannel(db: Database, platform: string, from: string, to: string): Promise<void> {
  await db
    .updateTable('thread')
    .set({ channel: to })
    .where('platform', '=', platform)
    .where('channel', '=', from)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('thread as there')
            .select('there.id')
            .where('there.platform', '=', platform)
            .where('there.channel', '=', to)
            .whereRef('there.thread', '=', 'thread.thread'),
        ),
      ),
    )
    .execute();
}

async function bind(db: Database, thread: ThreadId, directory: string, title: string): Promise<SessionRow> {
  const row = await locked(db, thread);
  const bound = row.session === null ? undefined : await sessionById(db, row.session);
  if (bound?.title === '' && bound.serverSession === undefined) return renameSession(db, bound.id, title);
  if (bound !== undefined) return bound;
  const session = await createSession(db, { server: row.server, project: row.project, directory, title });
  await setSession(db, thread, session.id);
  return session;
}

/** A fresh one that nothing was said in yet is not left for another. */
async function begin(db: Database, thread: ThreadId, directory: string): Promise<SessionRow> {
  const { session, server, project } = await locked(db, thread);
  const bound = session === null ? undefined : await sessionById(db, session);
  if (bound?.title === '' && bound.serverSession === undefined) return bound;
  const fresh = await createSession(db, { server, project, directory, title: '' });
  await setSession(db, thread, fresh.id);
  return fresh;
}

async function attach(db: Database, thread: ThreadId, session: SessionId): Promise<ThreadRow | undefined> {
  await lockSession(db, session);
  const others = await select(db).where('session', '=', session).where('id', '<>', thread).execute();
  if (others.length === 0) await setSession(db, thread, session);
  return others.map(threadRow)[0];
}

function locked(db: Database, thread: ThreadId) {
  return select(db).where('id', '=', thread).forUpdate().executeTakeFirstOrThrow();
}

async function setSession(db: Database, thread: ThreadId, session: SessionId | null): Promise<void> {
  await db.updateTable('thread').set({ session }).where('id', '=', thread).execute();
}

async function configure(db: Database, thread: ThreadId, settings: Partial<ThreadSettings>): Promise<void> {
  const { verbosity, notify, listen } = settings;
  const change = {
    ...(verbosity === undefined ? {} : { verbosity }),
    ...(notify === undefined ? {} : { notify }),
    ...(listen === undefined ? {} : { listen }),
    ...('mutedUntil' in settings ? { muted_until: settings.mutedUntil ?? null } : {}),
    ...('model' in settings ? { model: settings.model ?? null } : {}),
    ...('agent' in settings ? { agent: settings.agent ?? null } : {}),
  };
  if (Object.keys(change).length === 0) return;
  await db.updateTable('thread').set(change).where('id', '=', thread).execute();
}
