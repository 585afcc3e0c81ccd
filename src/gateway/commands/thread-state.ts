/** What a command must know of its thread: project, session, who else shows it, what is open. */
import type { SessionRef } from '../../core/agent.ts';
import { AgentRefusedError, AgentUnavailableError, UserError } from '../../core/errors.ts';
import { isRunning } from '../../core/prompt.ts';
import type { InboxRow, PromptRow, SessionRow, ThreadRow } from '../../store/types.ts';
import { type Project, projectOf, type Shard } from '../shard.ts';

/** Where a command was given. */
export interface ThreadState {
  /** As it is now: the event's own copy may be older than a command before it. */
  readonly thread: ThreadRow;
  /** Where its session works; without one, where the thread's next one will. */
  readonly project: Project & { readonly name: string };
  readonly session: SessionRow | undefined;
  /** The other threads that show the session. */
  readonly others: readonly ThreadRow[];
  /** Prompts of the session that are not over. */
  readonly open: readonly PromptRow[];
}

export async function threadStateOf({ store, settings }: Shard, row: InboxRow): Promise<ThreadState> {
  const thread = (await store.threads.byId(row.thread.id)) ?? row.thread;
  const session = thread.session === undefined ? undefined : await store.sessions.byId(thread.session);
  const of = session?.project ?? '';
  // A session outlives its project in the configuration, and its thread must be able to let go of it.
  const project = projectOf(settings, settings.projects[of] === undefined ? thread.project : of);
  if (session === undefined) return { thread, project, session, others: [], open: [] };
  const bound = await store.threads.bySession(session.id);
  const others = bound.filter(({ id }) => id !== thread.id);
  return { thread, project, session, others, open: await store.prompts.open(session.id) };
}

/** The session on the server. Throws UserError where nothing has been said in the thread yet. */
export function refOf({ session }: ThreadState): SessionRef {
  if (session?.serverSession === undefined)
    throw new UserError('This thread has no session yet. It gets one with the first message to the agent.');
  return { session: session.serverSession, directory: session.directory };
}

const atWork =
  'The agent is at work in this session. Wait until it is done, or say `!stop all` first; nothing was changed.';

/** Throws UserError while the agent works or messages wait. */
function demandQuiet({ open }: Pick<ThreadState, 'open'>): void {
  if (open.length === 0) return;
  throw new UserError(atWork);
}

/** A place whose session is on the server and at rest, so that its past can be changed. Throws UserError. */
export async function quietThreadOf(
  shard: Shard,
  row: InboxRow,
): Promise<{ readonly place: ThreadState; readonly ref: SessionRef }> {
  const place = await threadStateOf(shard, row);
  const ref = refOf(place);
  demandQuiet(place);
  if (await isAtWork(shard, place)) throw new UserError(atWork);
  return { place, ref };
}

/** The server works in the session on something that no turn shows. One that does not answer is not at work. */
export async function isAtWork({ agent }: Shard, { session }: ThreadState): Promise<boolean> {
  if (session?.serverSession === undefined) return false;
  try {
    return await agent.history.isBusy({ session: session.serverSession, directory: session.directory });
  } catch (error) {
    if (error instanceof AgentUnavailableError || error instanceof AgentRefusedError) return false;
    throw error;
  }
}

/** Throws UserError where the thread cannot let go: it waits for an answer, or nobody else would see what runs. */
export function demandFree({ thread, others, open }: ThreadState): void {
  const own = open.filter((prompt) => prompt.thread === thread.id && !prompt.outside);
  demandQuiet({ open: others.length === 0 ? open : own });
}

/** The prompt that the agent works on. */
export function runningOf({ open }: ThreadState): PromptRow | undefined {
  return open.find((prompt) => isRunning(prompt) && prompt.joins === undefined);
}
