import { priority } from '../render/plan.ts';
import type { PromptRow } from '../store/types.ts';
import type { SessionDeps } from './signals.ts';

/** Prompts of the session that are not over; their turns and places in the queue are brought up to date. */
export async function readQueue(
  { shard, turns, delivery }: SessionDeps,
  session: number,
): Promise<readonly PromptRow[]> {
  const { prompts, threads } = shard.store;
  const open = await prompts.open(session);
  const known = [...turns.all()].filter(({ prompt }) => prompt.session === session);
  const ids = new Set([...open.map(({ id }) => id), ...known.map(({ prompt }) => prompt.id)]);
  for (const id of ids) {
    const prompt = open.find((one) => one.id === id) ?? (await prompts.byId(id));
    const thread = prompt === undefined ? undefined : await threads.byId(prompt.thread);
    if (prompt === undefined || thread === undefined) continue;
    turns.put(id, { prompt, thread });
    delivery.touch(thread, priority.first);
  }
  return open;
}
