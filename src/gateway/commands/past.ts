/** What people said in a session, for commands that take it back or look at what it changed. */
import type { SessionRef } from '../../core/agent.ts';
import type { Past } from '../../core/library.ts';
import type { Shard } from '../shard.ts';

/**
 * Only what somebody waited for: the agent answered it, or it was sent from here. Anything else is a note that a
 * program left.
 */
export async function pastOf({ agent, store }: Shard, ref: SessionRef): Promise<Past> {
  const { prompts, reverted } = await agent.history.read(ref);
  const meant = await Promise.all(
    prompts.map(async ({ id, answered }) => answered || (await store.prompts.byMessageId(id)) !== undefined),
  );
  return { prompts: prompts.filter((_, at) => meant[at]), reverted };
}
