/**
 * The server's session of a row of ours. Where it is gone there (deleted, or all data are), the prompt that meets this
 * goes to a new one, with what was said before as marked context, and people are told once.
 */
import type { SessionRef } from '../../core/agent.ts';
import type { Said } from '../../core/channel.ts';
import { noInbox } from '../../core/ids.ts';
import { emptyTurn } from '../../core/turn.ts';
import type { PromptRow, ThreadRow } from '../../store/types.ts';
import { createNotices } from '../outbound/notices.ts';
import { mostHistory, pieceWords, replacedHistory } from '../policy/words.ts';
import { outletOf, type Shard } from '../shard.ts';
import type { RunDeps } from './session-deps.ts';

/** A platform that takes longer than this to tell holds the prompt up no longer, milliseconds. */
const patienceMs = 5_000;

/** The session on the server; one made by a process that died before it could note it is found by its key. */
export async function openSession(shard: Shard, prompt: PromptRow): Promise<SessionRef> {
  const { store, lease, agent, settings } = shard;
  const row = await store.sessions.byId(prompt.session);
  if (row === undefined) throw new Error(`session row ${prompt.session} is missing`);
  const { directory } = row;
  if (row.serverSession !== undefined) return { session: row.serverSession, directory };
  const key = settings.ids.session(row.id);
  const session =
    (await agent.findSession(directory, key)) ?? (await agent.createSession(directory, row.title, key));
  await store.sessions.setSession(lease, row.id, session);
  return { session, directory };
}

/** True: the prompt is to be sent to the session that took the place of the one that was gone. Once for each prompt. */
export async function replaceSession(deps: RunDeps, prompt: PromptRow): Promise<boolean> {
  const { shard, turns } = deps;
  const { store, agent, lease, settings, log } = shard;
  const row = await store.sessions.byId(prompt.session);
  if (row?.serverSession === undefined || prompt.outside || prompt.outcome.moved === true) return false;
  const { directory } = row;
  if (await agent.history.exists({ session: row.serverSession, directory })) return false;
  const key = settings.ids.session(row.id);
  const session =
    (await agent.findSession(directory, key)) ?? (await agent.createSession(directory, row.title, key));
  const thread = await store.threads.byId(prompt.thread);
  const said = thread === undefined ? [] : await saidBefore(shard, thread, prompt);
  const inbox = prompt.pieces[0]?.inbox ?? noInbox;
  const context = replacedHistory(said, settings.ids.boundary(inbox));
  const messageId = settings.ids.message(session, inbox, prompt.createdAt);
  await store.sessions.setSession(lease, row.id, session);
  await store.prompts.move(lease, prompt.id, messageId, context?.text);
  const moved = await store.prompts.byId(prompt.id);
  if (moved !== undefined) turns.update(prompt.id, { prompt: moved, turn: emptyTurn });
  log.warn({ prompt: prompt.id, session: row.id }, 'a session was gone at the server and has been replaced');
  if (thread !== undefined) await tellReplaced(deps, thread, prompt, context?.count ?? 0);
  return true;
}

async function tellReplaced(
  { shard, delivery }: RunDeps,
  thread: ThreadRow,
  prompt: PromptRow,
  count: number,
): Promise<void> {
  const given =
    count === 0
      ? 'It knows nothing of what was said before.'
      : `It was given the last ${count === 1 ? 'message' : `${count} messages`} of this thread, and knows nothing else of what was before.`;
  await createNotices(shard, delivery).mention(
    thread,
    `replaced-${prompt.id}`,
    `The conversation was no longer on the agent server, so this message began a new one. ${given}`,
  );
}

/** What stands in the thread where the platform can tell, else what people asked here. */
async function saidBefore(shard: Shard, thread: ThreadRow, prompt: PromptRow): Promise<readonly Said[]> {
  const before = prompt.pieces[0]?.message ?? '';
  const told = await inThread(shard, thread, before);
  if (told.length > 0) return told;
  const asked = await shard.store.prompts.latest(prompt.session, prompt.id, mostHistory);
  return asked.map(({ author, pieces, createdAt }) => ({
    message: pieces[0]?.message ?? '',
    author,
    text: pieces.map(pieceWords).join('\n'),
    at: createdAt,
  }));
}

async function inThread(shard: Shard, thread: ThreadRow, before: string): Promise<readonly Said[]> {
  const adapter = outletOf(shard, thread)?.adapter;
  if (adapter?.history === undefined) return [];
  const end = new AbortController();
  const reading = adapter.history(thread.address, before, mostHistory).catch((error: unknown) => {
    shard.log.warn({ thread: thread.id, error }, 'what was said before could not be read');
    return [];
  });
  const said = await Promise.race([reading, shard.clock.sleep(patienceMs, end.signal).then(() => [])]);
  end.abort();
  return said;
}
