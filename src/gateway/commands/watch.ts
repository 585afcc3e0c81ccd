/** `watch`: shows a session that is bound elsewhere here as well. */
import { clip } from '../../core/clip.ts';
import { UserError } from '../../core/errors.ts';
import { serverSessionId } from '../../core/ids.ts';
import type { SessionInfo } from '../../core/library.ts';
import { code } from '../../render/plain.ts';
import type { InboxRow } from '../../store/types.ts';
import { projectOf } from '../shard.ts';
import { whereOf } from '../thread-name.ts';
import type { Command, CommandDeps } from './command.ts';
import { redraw } from './menu.ts';
import {
  claim,
  eyesOf,
  matchingSession,
  rowOf,
  sessionsFor,
  sessionTitle,
  visibleTo,
} from './session-list.ts';
import { tellOthers } from './tell-others.ts';
import { demandFree, type ThreadState, threadStateOf } from './thread-state.ts';

export const watch: Command = {
  name: 'watch',
  argument: '<session>',
  names: 'session',
  description: 'Show a session here as well, by its number, id or title, wherever else it is shown',
  right: 'settings',
  async run(deps, { row, text }) {
    if (text.trim() === '')
      throw new UserError('Say which session: `!watch 2`, its id or its title. `!sessions` lists them.');
    await deps.notices.say(row, await watchHere(deps, row, text.trim()));
  },
  async pressed(deps, { row, argument }) {
    await redraw(deps, row, { markdown: await watchHere(deps, row, argument), buttons: [] });
  },
};

async function watchHere(deps: CommandDeps, row: InboxRow, wish: string): Promise<string> {
  const { shard, sessions } = deps;
  const before = await threadStateOf(shard, row);
  const { info, project } = await wanted(deps, row, before, wish);
  if (before.session?.serverSession !== info.id) {
    demandFree(before);
    const session = await rowOf(shard, project, info);
    await claim(shard, session);
    await shard.store.threads.watch(shard.lease, before.thread.id, session.id);
    if (before.session !== undefined) sessions.wake(before.session.id);
    sessions.wake(session.id);
  }
  const { others } = await threadStateOf(shard, row);
  await tellOthers(deps, row, others, (who) => `${who} watches this session from now on.`);
  const places = others.map((other) => code(whereOf(shard, other))).join(', ');
  return `This thread shows ${sessionTitle(info)}${places === '' ? '' : `, as ${places} does`}. What is said here goes to that session.`;
}

interface Wanted {
  readonly info: SessionInfo;
  readonly project: ThreadState['project'];
}

/** Of this project, else of another one on the same server: a number is one of the list of this project. */
async function wanted(
  deps: CommandDeps,
  row: InboxRow,
  { project }: ThreadState,
  wish: string,
): Promise<Wanted> {
  const here = matchingSession(await sessionsFor(deps, row), wish);
  if (here !== undefined) return { info: here, project };
  const { settings, agent, lease } = deps.shard;
  for (const [name, other] of Object.entries(settings.projects)) {
    if (other.server !== lease.name || other.directory === project.directory || isNumber(wish)) continue;
    const all = await visibleTo(eyesOf(deps), row.event, await agent.library.list(other.directory));
    const info = matchingSession(all, wish);
    if (info !== undefined) return { info, project: projectOf(settings, name) };
  }
  await demandOurs(deps, wish);
  throw new UserError(
    `There is no session ${code(clip(wish, 60))} that you could watch. \`!sessions\` lists those of this project.`,
  );
}

function isNumber(wish: string): boolean {
  return /^\d+$/.test(wish);
}

/** Throws UserError where the session is on another server: a thread's turns are carried by the holder of its own. */
async function demandOurs({ shard }: CommandDeps, wish: string): Promise<void> {
  const { store, settings, lease } = shard;
  const servers = new Set(Object.values(settings.projects).map(({ server }) => server));
  for (const server of servers) {
    if (
      server === lease.name ||
      (await store.sessions.bySession(server, serverSessionId(wish))) === undefined
    )
      continue;
    throw new UserError(
      `That session is on the agent server ${code(server)}, and this thread belongs to ${code(lease.name)}. Watch it from a thread whose project is there; nothing was changed.`,
    );
  }
}
