import { priority } from '../render/plan.ts';
import type { PromptRow } from '../store/types.ts';
import type { SessionDeps } from './signals.ts';
import { isOver } from './view.ts';

/** Prompts of the session that are not over; their turns and places in the queue are brought up to date. */
export async function readQueue(
  { shard, turns, delivery }: SessionDeps,
  session: number,
): Promise<readonly PromptRow[]> {
  const { prompts, threads, requests } = shard.store;
  const open = await prompts.open(session);
  const known = [...turns.all()].filter(({ prompt }) => prompt.session === session);
  const ids = new Set([...open.map(({ id }) => id), ...known.map(({ prompt }) => prompt.id)]);
  for (const id of ids) {
    const prompt = open.find((one) => one.id === id) ?? (await prompts.byId(id));
    const thread = prompt === undefined ? undefined : await threads.byId(prompt.thread);
    if (prompt === undefined || thread === undefined) continue;
    if (turns.get(id) !== undefined) turns.put(id, { prompt, thread });
    // Shown in full while its row was read: a bare turn would take its messages down.
    else if (isOver(prompt)) continue;
    // Without its requests, a turn from before a restart would take its cards down.
    else turns.put(id, { prompt, thread, requests: await requests.forPrompt(id) });
    delivery.touch(thread, priority.first);
  }
  return open;
}
