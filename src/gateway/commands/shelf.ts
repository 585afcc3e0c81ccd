import { UserError } from '../../core/errors.ts';
import type { SessionInfo } from '../../core/library.ts';
import { clipped, code, escaped } from '../../render/plain.ts';
import type { InboxRow, ThreadRow } from '../../store/types.ts';
import type { CommandDeps } from './command.ts';
import { type Place, placeOf, whereOf } from './place.ts';

/** Sessions of the thread's project that this person may see, the one used last first. */
export async function sessionsFor(
  { shard, guard }: CommandDeps,
  row: InboxRow,
): Promise<readonly SessionInfo[]> {
  const { project, thread } = await placeOf(shard, row);
  const all = await shard.agent.library.list(project.directory);
  if ((await guard.check(row.event, 'sessions')).allowed) return all;
  const own = await shard.store.sessions.promptedBy(thread.server, row.event.author.id);
  return all.filter(({ id }) => own.some(({ session }) => session === id));
}

/** The thread that drives a session of the server. */
export async function holderOf({ shard }: CommandDeps, session: string): Promise<ThreadRow | undefined> {
  const row = await shard.store.sessions.bySession(shard.lease.name, session);
  return row === undefined ? undefined : (await shard.store.threads.bySession(row.id))[0];
}

/** By its number in the list, by the beginning of its id, or by its title. Throws UserError. */
export function found(sessions: readonly SessionInfo[], wish: string): SessionInfo {
  const number = /^\d{1,3}$/.test(wish) ? sessions[Number(wish) - 1] : undefined;
  if (number !== undefined) return number;
  const lower = wish.toLowerCase();
  const byTitle = sessions.filter(({ title }) => title.toLowerCase() === lower);
  const byId = sessions.filter(({ id }) => id.startsWith(wish) || id.startsWith(`ses_${wish}`));
  const [first, ...others] = byId.length > 0 ? byId : byTitle;
  if (first === undefined)
    throw new UserError(
      `There is no session ${code(clipped(wish, 60))} in this project. \`!sessions\` lists them.`,
    );
  if (others.length > 0)
    throw new UserError(
      `${others.length + 1} sessions are called that. Say more of the id: ${[first, ...others]
        .slice(0, 4)
        .map(({ id }) => code(id))
        .join(', ')}.`,
    );
  return first;
}

export function titleOf({ title, id }: SessionInfo): string {
  return title === '' ? code(id) : `"${escaped(clipped(title, 60))}"`;
}

/**
 * The thread drives this session from now on; a session that was made elsewhere gets a row. Throws UserError where
 * another thread drives it.
 */
export async function bindTo(
  { shard }: CommandDeps,
  { thread, project }: Place,
  { id, title }: SessionInfo,
): Promise<void> {
  const { store, lease, agent, settings } = shard;
  const { directory } = project;
  const place = { server: thread.server, project: thread.project, directory };
  const row =
    (await store.sessions.bySession(thread.server, id)) ??
    (await store.sessions.adopt(lease, { ...place, title: title || id, session: id }));
  const other = await store.threads.attach(lease, thread.id, row.id);
  if (other !== undefined)
    throw new UserError(
      `Another thread drives that session: ${code(whereOf(other))}. Say \`!detach\` there first; nothing was changed.`,
    );
  await agent.library.claim({ session: id, directory: row.directory }, settings.ids.session(row.id));
}
