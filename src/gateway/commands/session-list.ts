/** Sessions as people see and name them: which ones they may see, by number or title, and how one is bound. */
import { clip } from '../../core/clip.ts';
import { UserError } from '../../core/errors.ts';
import type { ServerName, ServerSessionId } from '../../core/ids.ts';
import type { SessionInfo } from '../../core/library.ts';
import { code, escaped } from '../../render/plain.ts';
import type { InboxRow, SessionRow, Store, ThreadRow } from '../../store/types.ts';
import type { Guard } from '../access/guard.ts';
import type { Shard } from '../shard.ts';
import { whereOf } from '../thread-name.ts';
import type { CommandDeps } from './command.ts';
import { type ThreadState, threadStateOf } from './thread-state.ts';

/** Sessions of the thread's project that this person may see, the one used last first. */
export async function sessionsFor(
  { shard, guard }: CommandDeps,
  row: InboxRow,
): Promise<readonly SessionInfo[]> {
  const { project } = await threadStateOf(shard, row);
  return visibleTo(eyesOf({ shard, guard }), row.event, await shard.agent.library.list(project.directory));
}

/** What looking at the sessions of a server needs. */
interface Eyes {
  readonly store: Pick<Store, 'sessions'>;
  readonly guard: Pick<Guard, 'check'>;
  readonly server: ServerName;
}

export function eyesOf({ shard, guard }: Pick<CommandDeps, 'shard' | 'guard'>): Eyes {
  return { store: shard.store, guard, server: shard.lease.name };
}

/** Those of these sessions that the person may see: all for an admin, else those that they have prompted. */
export async function visibleTo(
  { store, guard, server }: Eyes,
  deed: Parameters<Guard['check']>[0],
  all: readonly SessionInfo[],
): Promise<readonly SessionInfo[]> {
  if ((await guard.check(deed, 'sessions')).allowed) return all;
  const own = await store.sessions.promptedBy(server, deed.author.id);
  return all.filter(({ id }) => own.some(({ serverSession: session }) => session === id));
}

/** The threads that show a session of the server. */
export async function holdersOf(
  { shard }: CommandDeps,
  session: ServerSessionId,
): Promise<readonly ThreadRow[]> {
  const row = await shard.store.sessions.bySession(shard.lease.name, session);
  return row === undefined ? [] : shard.store.threads.bySession(row.id);
}

/** By its number in the list, by the beginning of its id, or by its title. Throws UserError. */
export function sessionNamed(sessions: readonly SessionInfo[], wish: string): SessionInfo {
  const session = matchingSession(sessions, wish);
  if (session !== undefined) return session;
  throw new UserError(
    `There is no session ${code(clip(wish, 60))} in this project. \`!sessions\` lists them.`,
  );
}

/** As `found`, where there may be none. Throws UserError where there are several. */
export function matchingSession(sessions: readonly SessionInfo[], wish: string): SessionInfo | undefined {
  const number = /^\d{1,3}$/.test(wish) ? sessions[Number(wish) - 1] : undefined;
  if (number !== undefined) return number;
  const lower = wish.toLowerCase();
  const byTitle = sessions.filter(({ title }) => title.toLowerCase() === lower);
  const byId = sessions.filter(({ id }) => id.startsWith(wish) || id.startsWith(`ses_${wish}`));
  const [first, ...others] = byId.length > 0 ? byId : byTitle;
  if (first !== undefined && others.length > 0)
    throw new UserError(
      `${others.length + 1} sessions are called that. Say more of the id: ${[first, ...others]
        .slice(0, 4)
        .map(({ id }) => code(id))
        .join(', ')}.`,
    );
  return first;
}

export function sessionTitle({ title, id }: SessionInfo): string {
  return title === '' ? code(id) : `"${escaped(clip(title, 60))}"`;
}

/**
 * The thread drives this session from now on; a session that was made elsewhere gets a row. Throws UserError where
 * another thread drives it.
 */
export async function bindTo(
  { shard, sessions }: CommandDeps,
  { thread, project, session }: ThreadState,
  info: SessionInfo,
): Promise<void> {
  const row = await rowOf(shard, project, info);
  const other = await shard.store.threads.attach(shard.lease, thread.id, row.id);
  if (other !== undefined)
    throw new UserError(
      `Another thread drives that session: ${code(whereOf(shard, other))}. Say \`!detach\` there first, or \`!watch ${info.id}\` to show it here as well; nothing was changed.`,
    );
  await claim(shard, row);
  if (session !== undefined) sessions.wake(session.id);
}

/** The row of a session on the server, made where it has none. */
export async function rowOf(
  { store, lease }: Shard,
  { name, directory }: ThreadState['project'],
  { id, title }: SessionInfo,
): Promise<SessionRow> {
  const place = { server: lease.name, project: name, directory };
  return (
    (await store.sessions.bySession(lease.name, id)) ??
    (await store.sessions.adopt(lease, { ...place, title: title || id, serverSession: id }))
  );
}

/** From now on the session is found as that of the row. */
export async function claim(
  { agent, settings }: Shard,
  { id, serverSession: session, directory }: SessionRow,
): Promise<void> {
  if (session !== undefined) await agent.library.claim({ session, directory }, settings.ids.session(id));
}
