import type { AgentFailure, FileChanges, SessionRef } from '../core/agent.ts';
import { AgentRefusedError, AgentUnavailableError } from '../core/errors.ts';
import type { Turn } from '../core/turn.ts';
import { priority } from '../render/plan.ts';
import type { PromptOutcome, PromptRow } from '../store/types.ts';
import type { SessionDeps } from './signals.ts';
import { lastRootMessage } from './turns.ts';

type End = 'answered' | 'failed' | 'stopped';

/** Ends a prompt, once: its requests, what was sent into its run, and what its thread shows. */
export async function settle(
  deps: SessionDeps,
  id: number,
  end: End | undefined,
  outcome: PromptOutcome,
  ref?: SessionRef,
): Promise<void> {
  const { shard, turns, requests, delivery } = deps;
  const { prompts } = shard.store;
  const prompt = await prompts.byId(id);
  const one = turns.get(id);
  if (prompt === undefined || one === undefined) return;
  await requests.abandon(id);
  const changes = ref === undefined ? undefined : await changesOf(deps, ref, prompt);
  const told = end === undefined ? endOf(prompt, one.turn) : { end, outcome };
  await prompts.settle(shard.lease, id, told.end, told.outcome);
  const settled = await prompts.byId(id);
  if (settled !== undefined) turns.update(id, { prompt: settled, changes });
  delivery.changed(id, priority.final);
  shard.log.info(
    { prompt: id, state: told.end, ms: shard.clock.now() - prompt.createdAt },
    'prompt was settled',
  );
  await settleJoined(deps, prompt, told.end);
}

export function failed(deps: SessionDeps, id: number, failure: AgentFailure): Promise<void> {
  return settle(deps, id, 'failed', { failure });
}

/** What the run's last words say of how it ended. */
function endOf(prompt: PromptRow, turn: Turn): { readonly end: End; readonly outcome: PromptOutcome } {
  const last = lastRootMessage(turn);
  const failure = turn.failure ?? last?.failure;
  if (prompt.state === 'stopping') return { end: 'stopped', outcome: {} };
  const silent = last?.completedAt !== undefined && last.finish === undefined && failure === undefined;
  if (failure?.kind === 'aborted' || silent)
    return { end: 'stopped', outcome: { by: 'somebody on the agent server' } };
  if (failure !== undefined) return { end: 'failed', outcome: { failure } };
  return { end: 'answered', outcome: {} };
}

/**
 * Prompts sent into the run: covered where it went on to answer them. What came too late for a run that was
 * answered has a run of its own, all of it one; what the run took down with it is lost.
 */
async function settleJoined(
  { shard, turns, delivery }: SessionDeps,
  head: PromptRow,
  end: End,
): Promise<void> {
  const { prompts } = shard.store;
  const joined = (await prompts.open(head.session)).filter(({ joins }) => joins === head.id);
  const parents = new Set(turns.get(head.id)?.turn.messages.map(({ parent }) => parent));
  const answered = joined.findLastIndex(({ messageId }) => messageId !== undefined && parents.has(messageId));
  const left: PromptRow[] = [];
  for (const [index, prompt] of joined.entries()) {
    const isCovered = index <= answered && prompt.state !== 'sent';
    const state = isCovered ? end : fateOf(prompt, end);
    if (state === 'goes on') {
      left.push(prompt);
      continue;
    }
    await prompts.settle(shard.lease, prompt.id, state, state === 'failed' ? { lost: true } : {});
    const settled = await prompts.byId(prompt.id);
    if (settled !== undefined) turns.update(prompt.id, { prompt: settled });
    delivery.changed(prompt.id, priority.final);
  }
  const [next] = left;
  if (next !== undefined) await prompts.leaveRun(shard.lease, next.id);
}

/** Of a prompt that the run which it joined ended without. The server may run what was written there by itself. */
function fateOf({ elsewhere }: PromptRow, end: End): 'goes on' | 'stopped' | 'failed' {
  if (end === 'stopped') return 'stopped';
  return end === 'answered' || elsewhere ? 'goes on' : 'failed';
}

/** Nice to have: an answer is not held up by a server that does not tell. */
export async function changesOf(
  { shard }: SessionDeps,
  ref: SessionRef,
  { messageId }: PromptRow,
): Promise<FileChanges | undefined> {
  try {
    return messageId === undefined ? undefined : await shard.agent.diff(ref, messageId);
  } catch (error) {
    if (!(error instanceof AgentUnavailableError) && !(error instanceof AgentRefusedError)) throw error;
    shard.log.warn({ session: ref.session, error: error.message }, 'changes of a turn could not be read');
    return undefined;
  }
}
