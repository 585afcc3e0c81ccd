import type { PromptId, ThreadId } from '../../core/ids.ts';
import { isOver } from '../../core/prompt.ts';
import type { Shard } from '../shard.ts';
import type { Applier, Spot } from './apply.ts';
import { screenIn, type Turns } from './turns.ts';

interface Deps {
  readonly shard: Pick<Shard, 'store' | 'lease'>;
  readonly turns: Turns;
  readonly applier: Applier;
}

/** The thread shows all that it is to show of this prompt now. */
export async function finishScreen(deps: Deps, spot: Spot): Promise<void> {
  const { turns } = deps;
  const one = turns.get(spot.prompt.id);
  const screen = one === undefined ? undefined : screenIn(one, spot.thread.id);
  if (one === undefined || screen === undefined) return;
  if (screen.detached) await leave(deps, spot);
  else if (isOver(one.prompt)) turns.show(spot.prompt.id, spot.thread.id, { done: true });
  await finish(deps, spot.prompt.id);
}

/** What is shown there stays as it is, whoever looks at it later; unless the thread has come back meanwhile. */
async function leave({ shard, turns, applier }: Deps, spot: Spot): Promise<void> {
  const { thread, prompt } = spot;
  await shard.store.ledger.leave(shard.lease, thread.id, prompt.id);
  applier.forget(spot);
  const one = turns.get(prompt.id);
  if (one === undefined || screenIn(one, thread.id)?.detached !== true) return;
  turns.update(prompt.id, { screens: one.screens.filter((screen) => screen.thread.id !== thread.id) });
}

/** Over, and shown in all places: nothing is left to do, also after a restart. */
async function finish({ shard, turns, applier }: Deps, prompt: PromptId): Promise<void> {
  // The turn may have been taken up again, or its state changed, while the ledger was read.
  const one = turns.get(prompt);
  if (one === undefined || !isOver(one.prompt) || !one.screens.every(({ done }) => done)) return;
  await shard.store.prompts.markDelivered(shard.lease, prompt);
  turns.remove(prompt);
  for (const { thread } of one.screens) applier.forget({ thread, prompt: one.prompt });
}

/**
 * The thread's platform is switched off: what is shown elsewhere does not wait for it. The thread in which a prompt
 * was said does, since its answer belongs there.
 */
export async function passOver(deps: Deps, thread: ThreadId): Promise<void> {
  for (const { prompt, screens } of deps.turns.ofThread(thread)) {
    const isOwn = prompt.thread === thread && !prompt.outside;
    const screen = screens.find((one) => one.thread.id === thread);
    if (screen !== undefined && !isOwn) await finishScreen(deps, { thread: screen.thread, prompt });
  }
}
