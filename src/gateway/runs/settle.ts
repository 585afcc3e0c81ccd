/** The end of a prompt, and of those that joined it: stored, shown, and the next one may go. */
import type { AgentFailure, FileChanges, SessionRef } from '../../core/agent.ts';
import { isAgentError } from '../../core/errors.ts';
import type { PromptId } from '../../core/ids.ts';
import type { Turn } from '../../core/turn.ts';
import { priority } from '../../render/plan.ts';
import type { Joined, PromptOutcome, PromptRow } from '../../store/types.ts';
import { lastRootMessage } from '../outbound/turns.ts';
import type { SessionDeps } from './session-deps.ts';

type End = 'answered' | 'failed' | 'stopped';

/** Ends a prompt, once: its requests, what was sent into its run, and what its thread shows. */
export async function settle(
  deps: SessionDeps,
  id: PromptId,
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
  const joined = await joinedIn(deps, prompt, told.end, end === undefined);
  await prompts.settle(shard.lease, id, told.end, { ...told.outcome, ...usedIn(one.turn) }, joined);
  const settled = await prompts.byId(id);
  if (settled !== undefined) turns.update(id, { prompt: settled, changes });
  delivery.changed(id, priority.final);
  shard.log.info(
    { prompt: id, state: told.end, ms: shard.clock.now() - prompt.createdAt },
    'prompt was settled',
  );
  for (const one of joined.ended) {
    const row = await prompts.byId(one.id);
    if (row !== undefined) turns.update(one.id, { prompt: row });
    delivery.changed(one.id, priority.final);
  }
}

export function settleFailed(deps: SessionDeps, id: PromptId, failure: AgentFailure): Promise<void> {
  return settle(deps, id, 'failed', { failure });
}

/** Nothing, where the server tells of no use. */
function usedIn({ messages }: Turn): Pick<PromptOutcome, 'used'> {
  const sum = (of: 'cost' | 'tokens') => messages.reduce((all, message) => all + message[of], 0);
  const used = { cost: sum('cost'), tokens: sum('tokens') };
  return used.cost === 0 && used.tokens === 0 ? {} : { used };
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
 * Prompts sent into the run: covered where it went on to answer them. What came too late for it has a run of its own,
 * all of it one; what could not be carried on (not `ended`) takes them down with it.
 */
async function joinedIn(
  { shard, turns }: SessionDeps,
  head: PromptRow,
  end: End,
  ended: boolean,
): Promise<Joined> {
  const joined = (await shard.store.prompts.open(head.session)).filter(({ joins }) => joins === head.id);
  const parents = new Set(turns.get(head.id)?.turn.messages.map(({ parent }) => parent));
  const answered = joined.findLastIndex(({ messageId }) => messageId !== undefined && parents.has(messageId));
  const goesOn = joined.filter((prompt, index) => {
    if (index <= answered && prompt.state !== 'sent') return false;
    // The server may run what was written there by itself.
    return end !== 'stopped' && (ended || prompt.outside);
  });
  const outcome = end === 'failed' ? { lost: true } : {};
  const over = joined.filter((prompt) => !goesOn.includes(prompt));
  return { ended: over.map(({ id }) => ({ id, state: end, outcome })), next: goesOn[0]?.id };
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
    if (!isAgentError(error)) throw error;
    shard.log.warn({ session: ref.session, error: error.message }, 'changes of a turn could not be read');
    return undefined;
  }
}
