/** One prompt, carried on as far as it goes, however often that fails. */
import { FencedOutError } from '../../core/errors.ts';
import { isOver } from '../../core/prompt.ts';
import { createReference } from '../../lib/reference.ts';
import { backoff } from '../../lib/retry.ts';
import type { PromptRow } from '../../store/types.ts';
import { advanceRun } from './run.ts';
import type { RunDeps } from './session-deps.ts';
import { settle } from './settle.ts';

/** How often a prompt is tried that meets a bug, or a store that is down. */
const mostAttempts = 3;
const tries = { firstMs: 2000, longestMs: 8000 };

/** A bug met by one prompt is told in its thread and must not stop the sessions beside it. */
export async function carrySafely(tools: RunDeps, head: PromptRow): Promise<void> {
  const { log, clock } = tools.shard;
  for (let attempt = 1; !tools.signal.aborted; attempt += 1) {
    try {
      return await advanceRun(tools, head);
    } catch (error) {
      if (error instanceof FencedOutError) throw error;
      const reference = createReference();
      log.error({ prompt: head.id, attempt, reference, error }, 'prompt could not be carried on');
      if (attempt === mostAttempts) return await settle(tools, head.id, 'failed', { reference });
      await clock.sleep(backoff(attempt, clock.random(), tries), tools.signal);
      const again = await tools.shard.store.prompts.byId(head.id);
      if (again === undefined || isOver(again)) return;
    }
  }
}
