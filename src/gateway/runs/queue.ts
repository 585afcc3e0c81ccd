import { isOver } from '../../core/prompt.ts';
import { priority } from '../../render/plan.ts';
import type { PromptRow } from '../../store/types.ts';
import { audienceOf, screensOf } from '../outbound/screens.ts';
import type { SessionDeps } from './session-deps.ts';

/** Prompts of the session that are not over; their turns, places in the queue and screens are brought up to date. */
export async function readQueue(
  { shard, turns, delivery }: SessionDeps,
  session: number,
): Promise<readonly PromptRow[]> {
  const { prompts, threads, requests, sessions } = shard.store;
  // One that was withdrawn before anybody here knew of it may have its notice still.
  const [open, withdrawn] = await Promise.all([prompts.open(session), prompts.withdrawn(session)]);
  const known = [...turns.all()].filter(({ prompt }) => prompt.session === session);
  const ids = new Set([
    ...[...open, ...withdrawn].map(({ id }) => id),
    ...known.map(({ prompt }) => prompt.id),
  ]);
  if (ids.size === 0) return open;
  const bound = await threads.bySession(session);
  const project = known[0]?.project ?? (await sessions.byId(session))?.project ?? '';
  for (const id of ids) {
    const prompt = open.find((one) => one.id === id) ?? (await prompts.byId(id));
    if (prompt === undefined) continue;
    const audience = await audienceOf(shard, prompt, bound, turns.get(id) === undefined);
    const screens = screensOf(prompt, audience, turns.get(id)?.screens);
    if (turns.get(id) !== undefined) turns.put(id, { prompt, project, screens });
    // Shown in full while its row was read: a bare turn would take its messages down.
    else if (isOver(prompt) && prompt.state !== 'withdrawn') continue;
    // Without its requests, a turn from before a restart would take its cards down.
    else turns.put(id, { prompt, project, screens, requests: await requests.forPrompt(id) });
    delivery.changed(id, priority.first);
  }
  return open;
}
