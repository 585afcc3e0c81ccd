import type { SessionRef } from '../../core/agent.ts';
import type { PromptRow } from '../../store/types.ts';
import { speakerName } from '../policy/words.ts';
import type { Shard } from '../shard.ts';
import { partsOf } from './prompt-parts.ts';

/** Sends the prompt's pieces with its ids. Rejects as `Agent.prompt` does. */
export async function sendPrompt(shard: Shard, ref: SessionRef, prompt: PromptRow): Promise<void> {
  const { agent, settings, store } = shard;
  const thread = await store.threads.byId(prompt.thread);
  const session = await store.sessions.byId(prompt.session);
  const project = settings.projects[session?.project ?? ''];
  const runs = prompt.pieces.find((piece) => piece.runs !== undefined)?.runs;
  const model = runs?.model ?? thread?.model ?? project?.model;
  const agentName = runs?.agent ?? thread?.agent ?? project?.agent;
  const { messageId, createdAt } = prompt;
  if (messageId === undefined) throw new Error(`prompt ${prompt.id} has no id`);
  const holdsFiles = prompt.pieces.some(({ files = [] }) => files.length > 0);
  const rows = holdsFiles ? await store.files.ofPrompt(prompt.id) : [];
  const several = prompt.pieces.some(({ speaker }) => speaker !== undefined);
  const others = several ? (await store.prompts.authors(prompt.session)).map(speakerName) : [];
  const { parts, files } = partsOf(
    prompt.pieces,
    rows,
    others,
    ({ inbox }, order) => settings.ids.part(ref.session, inbox, createdAt, order),
    ({ inbox }) => settings.ids.boundary(inbox),
  );
  await agent.prompt({
    ref,
    messageId,
    parts,
    ...(files.length === 0 ? {} : { files }),
    ...(model === undefined ? {} : { model }),
    ...(agentName === undefined ? {} : { agent: agentName }),
  });
}
