/** Takes up what a process before us left of a session, as the server tells it now. */
import type { FileChanges } from '../../core/agent.ts';
import { isOver } from '../../core/prompt.ts';
import type { TurnBounds } from '../../core/session.ts';
import { emptyTurn, reduce } from '../../core/turn.ts';
import { priority } from '../../render/plan.ts';
import type { PromptRow } from '../../store/types.ts';
import { audienceOf, screensOf } from '../outbound/screens.ts';
import type { Screen } from '../outbound/turns.ts';
import { retryMs } from './run.ts';
import type { RunDeps } from './session-deps.ts';
import { changesOf } from './settle.ts';

/**
 * Prompts that were over but not fully shown when a process before us ended: shown from a snapshot, wherever the
 * session is shown now. `left`: of one session, oldest first.
 */
export async function recover(deps: RunDeps, unfinished: readonly PromptRow[]): Promise<void> {
  const { shard } = deps;
  const [first] = unfinished;
  const bound = first === undefined ? [] : await shard.store.threads.bySession(first.session);
  for (const [index, prompt] of unfinished.entries()) {
    if (!isOver(prompt)) continue;
    const screens = screensOf(prompt, await audienceOf(shard, prompt, bound, true), undefined);
    if (screens.length === 0) {
      await shard.store.prompts.markDelivered(shard.lease, prompt.id);
      continue;
    }
    // What joined a run and is over stands in that run. What is not over came too late for it: it has its own turn.
    const later = unfinished
      .slice(index + 1)
      .find((other) => other.messageId !== undefined && (other.joins === undefined || !isOver(other)));
    const joined = unfinished
      .filter(({ joins }) => joins === prompt.id)
      .map(({ messageId }) => messageId)
      .filter((id) => id !== undefined);
    await showAgain(deps, prompt, screens, {
      joined,
      ...(later?.messageId === undefined ? {} : { until: later.messageId }),
    });
  }
}

async function showAgain(
  deps: RunDeps,
  prompt: PromptRow,
  screens: readonly Screen[],
  span: TurnBounds,
): Promise<void> {
  const { shard, turns, delivery, mailbox, signal, current } = deps;
  const requests = await shard.store.requests.forPrompt(prompt.id);
  const row = await shard.store.sessions.byId(prompt.session);
  let turn = emptyTurn;
  let changes: FileChanges | undefined;
  if (row?.serverSession !== undefined && prompt.messageId !== undefined && prompt.joins === undefined) {
    const ref = { session: row.serverSession, directory: row.directory };
    current.follow(row.serverSession);
    // A snapshot of the prompt before would show its answer twice.
    mailbox.keep(({ type }) => type === 'wake');
    shard.agent.disown(prompt.lost);
    shard.agent.track(ref, prompt.messageId, span);
    while (!signal.aborted && turn === emptyTurn) {
      const event = await mailbox.next(retryMs, signal);
      if (event?.type !== 'session-snapshot') continue;
      turn = reduce(reduce(turn, event), { type: 'session-settled', session: row.serverSession });
    }
    shard.agent.untrack(row.serverSession);
    changes = await changesOf(deps, ref, prompt);
  }
  if (signal.aborted) return;
  turns.put(prompt.id, { prompt, project: row?.project ?? '', screens, requests, turn, changes });
  delivery.changed(prompt.id, priority.final);
}
