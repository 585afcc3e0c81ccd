import type { SessionRef } from '../../core/agent.ts';
import { UserError } from '../../core/errors.ts';
import type { InboxRow, PromptRow, SessionRow, ThreadRow } from '../../store/types.ts';
import type { Project, Shard } from '../shard.ts';

/** Where a command was given. */
export interface Place {
  /** As it is now: the event's own copy may be older than a command before it. */
  readonly thread: ThreadRow;
  readonly project: Project;
  readonly session: SessionRow | undefined;
  /** Prompts of the session that are not over. */
  readonly open: readonly PromptRow[];
}

export async function placeOf({ store, settings }: Shard, row: InboxRow): Promise<Place> {
  const thread = (await store.threads.byId(row.thread.id)) ?? row.thread;
  const project = settings.projects[thread.project];
  if (project === undefined)
    throw new UserError(
      `The project "${thread.project}" of this thread is no longer set up. An operator can add it to the configuration again.`,
    );
  const session = thread.session === undefined ? undefined : await store.sessions.byId(thread.session);
  return {
    thread,
    project,
    session,
    open: session === undefined ? [] : await store.prompts.open(session.id),
  };
}

/** The session on the server. Throws UserError where nothing has been said in the thread yet. */
export function refOf({ session }: Place): SessionRef {
  if (session?.session === undefined)
    throw new UserError('This thread has no session yet. It gets one with the first message to the agent.');
  return { session: session.session, directory: session.directory };
}

/** Throws UserError while the agent works or messages wait. */
export function demandQuiet({ open }: Place): void {
  if (open.length === 0) return;
  throw new UserError(
    'The agent is at work in this session. Wait until it is done, or say `!stop all` first; nothing was changed.',
  );
}

/** Words for the place of another thread. */
export function whereOf({ address }: ThreadRow): string {
  return [address.platform, address.channel, address.thread].join(' · ');
}

/** The prompt that the agent works on. */
export function runningOf({ open }: Place): PromptRow | undefined {
  return open.find(({ state, joins }) => state !== 'queued' && joins === undefined);
}
