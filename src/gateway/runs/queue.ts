/** The queue of a session: read from the store, and then shown. Reading changes nothing. */
import type { ProjectName, SessionId } from '../../core/ids.ts';
import { isOver } from '../../core/prompt.ts';
import { priority } from '../../render/plan.ts';
import type { PromptRow, RequestRow } from '../../store/types.ts';
import { type Audience, audienceOf, screensOf } from '../outbound/screens.ts';
import type { Turns } from '../outbound/turns.ts';
import type { Shard } from '../shard.ts';
import type { SessionDeps } from './session-deps.ts';

interface Queue {
  /** Prompts of the session that are not over, in order. */
  readonly open: readonly PromptRow[];
  readonly project: ProjectName;
  /** Those, and others of which something may still stand in a thread. */
  readonly shown: readonly QueuedPrompt[];
}

interface QueuedPrompt {
  readonly prompt: PromptRow;
  readonly audience: Audience;
  /** undefined: its turn was known when it was read. */
  readonly requests: readonly RequestRow[] | undefined;
}

async function readQueue(shard: Shard, turns: Turns, session: SessionId): Promise<Queue> {
  const { prompts, threads, sessions } = shard.store;
  // One that was withdrawn before anybody here knew of it may have its notice still.
  const [open, withdrawn] = await Promise.all([prompts.open(session), prompts.withdrawn(session)]);
  const known = [...turns.all()].filter(({ prompt }) => prompt.session === session);
  const ids = new Set([
    ...[...open, ...withdrawn].map(({ id }) => id),
    ...known.map(({ prompt }) => prompt.id),
  ]);
  if (ids.size === 0) return { open, project: '', shown: [] };
  const bound = await threads.bySession(session);
  const project = known[0]?.project ?? (await sessions.byId(session))?.project ?? '';
  const rows = await Promise.all([...ids].map((id) => open.find((one) => one.id === id) ?? prompts.byId(id)));
  const shown = await Promise.all(
    rows
      .filter((row) => row !== undefined)
      .map(async (prompt): Promise<QueuedPrompt> => {
        const isNew = turns.get(prompt.id) === undefined;
        const audience = await audienceOf(shard, prompt, bound, isNew);
        // Without its requests, a turn from before a restart would take its cards down.
        const requests = isNew ? await shard.store.requests.forPrompt(prompt.id) : undefined;
        return { prompt, audience, requests };
      }),
  );
  return { open, project, shown };
}

/** Brings the turns of the queue, their places in it and their screens up to date. */
function showQueue({ turns, delivery }: SessionDeps, { project, shown }: Queue): void {
  for (const { prompt, audience, requests } of shown) {
    const one = turns.get(prompt.id);
    const screens = screensOf(prompt, audience, one?.screens);
    if (one !== undefined) turns.put(prompt.id, { prompt, project, screens });
    // Shown in full while its row was read: a bare turn would take its messages down.
    else if (requests === undefined || (isOver(prompt) && prompt.state !== 'withdrawn')) continue;
    else turns.put(prompt.id, { prompt, project, screens, requests });
    delivery.changed(prompt.id, priority.first);
  }
}

/** Reads the queue and shows it; the prompts that are not over. */
export async function refreshQueue(deps: SessionDeps, session: SessionId): Promise<readonly PromptRow[]> {
  const queue = await readQueue(deps.shard, deps.turns, session);
  showQueue(deps, queue);
  return queue.open;
}
