/** Runs that others began at the agent server, taken in as turns of the threads that show the session. */
import type { Author } from '../../core/channel.ts';
import { isAgentError } from '../../core/errors.ts';
import type { PromptId } from '../../core/ids.ts';
import type { Begun } from '../../core/session.ts';
import type { SessionRow } from '../../store/types.ts';
import { missedOf } from '../policy/missed-runs.ts';
import type { Shard } from '../shard.ts';

/** False: nobody watches the session. */
export async function takeIn(
  { store, lease, log }: Shard,
  row: SessionRow,
  { message: messageId, text = '', byProgram }: Begun,
  joins: PromptId | undefined,
): Promise<boolean> {
  const [thread] = await store.threads.bySession(row.id);
  if (thread === undefined) return false;
  const author = byProgram ? program(lease.name) : stranger(lease.name);
  const prompt = { session: row.id, thread: thread.id, author, messageId, text, joins };
  const { id } = await store.prompts.adopt(lease, prompt);
  log.info({ prompt: id, session: row.id, byProgram }, 'a run was begun at the agent server');
  return true;
}

/**
 * Takes in the first run that was begun in a session since it was last looked at; the next one when that is shown, so
 * that order is true. Resolves to whether there was one. An unavailable server is asked again when it is back.
 */
export async function takeInMissed(shard: Shard, row: SessionRow): Promise<boolean> {
  const { store, lease, agent, log } = shard;
  const { serverSession: session, directory, seenAt } = row;
  if (session === undefined || !agent.status().connected) return false;
  try {
    const { runs, at } = await agent.history.since({ session, directory }, seenAt ?? 0);
    const known = await Promise.all(runs.map(({ message }) => store.prompts.byMessageId(message)));
    const [missed] = missedOf(runs, known, seenAt === undefined);
    if (missed !== undefined && (await takeIn(shard, row, missed, undefined))) return true;
    if (at !== seenAt) await store.sessions.saw(lease, row.id, at);
  } catch (error) {
    if (!isAgentError(error)) throw error;
    log.debug({ session: row.id, error: error.message }, 'a session could not be looked at');
  }
  return false;
}

function stranger(server: string): Author {
  return { id: `server:${server}`, name: 'somebody at the agent server' };
}

function program(server: string): Author {
  return { id: `server:${server}`, name: 'a program at the agent server' };
}
