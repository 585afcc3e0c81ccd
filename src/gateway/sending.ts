import type { SessionRef } from '../core/agent.ts';
import type { PromptRow } from '../store/types.ts';
import type { Shard } from './shard.ts';

/** The session on the server; one made by a process that died before it could note it is found by its key. */
export async function openSession(shard: Shard, prompt: PromptRow): Promise<SessionRef> {
  const { store, lease, agent, settings } = shard;
  const row = await store.sessions.byId(prompt.session);
  if (row === undefined) throw new Error(`session row ${prompt.session} is missing`);
  const { directory } = row;
  if (row.session !== undefined) return { session: row.session, directory };
  const key = settings.ids.session(row.id);
  const session =
    (await agent.findSession(directory, key)) ?? (await agent.createSession(directory, row.title, key));
  await store.sessions.setSession(lease, row.id, session);
  return { session, directory };
}

/** Sends the prompt's pieces with its ids. Rejects as `Agent.prompt` does. */
export async function sendPrompt(shard: Shard, ref: SessionRef, prompt: PromptRow): Promise<void> {
  const { agent, settings, store } = shard;
  const thread = await store.threads.byId(prompt.thread);
  const project = settings.projects[thread?.project ?? ''];
  const runs = prompt.pieces.find((piece) => piece.runs !== undefined)?.runs;
  const model = runs?.model ?? thread?.model ?? project?.model;
  const agentName = runs?.agent ?? thread?.agent ?? project?.agent;
  const { messageId, createdAt } = prompt;
  if (messageId === undefined) throw new Error(`prompt ${prompt.id} has no id`);
  await agent.prompt({
    ref,
    messageId,
    parts: prompt.pieces.map(({ inbox, text }) => ({
      id: settings.ids.part(ref.session, inbox, createdAt),
      text,
    })),
    ...(model === undefined ? {} : { model }),
    ...(agentName === undefined ? {} : { agent: agentName }),
  });
}
