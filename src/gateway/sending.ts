import type { SessionRef } from '../core/agent.ts';
import type { PromptRow } from '../store/types.ts';
import type { Shard } from './shard.ts';

/** Sends the prompt's pieces with its ids. Rejects as `Agent.prompt` does. */
export async function sendPrompt(shard: Shard, ref: SessionRef, prompt: PromptRow): Promise<void> {
  const { agent, settings, store } = shard;
  const thread = await store.threads.byId(prompt.thread);
  const project = settings.projects[thread?.project ?? ''];
  const { messageId, createdAt } = prompt;
  if (messageId === undefined) throw new Error(`prompt ${prompt.id} has no id`);
  await agent.prompt({
    ref,
    messageId,
    parts: prompt.pieces.map(({ inbox, text }) => ({
      id: settings.ids.part(ref.session, inbox, createdAt),
      text,
    })),
    ...(project?.model === undefined ? {} : { model: project.model }),
    ...(project?.agent === undefined ? {} : { agent: project.agent }),
  });
}
