/** A prompt whose run was lost, or never began: sent again, taken up again, or told to be lost. */
import type { ServerMessageId } from '../../core/ids.ts';
import { emptyTurn, withEndedTexts } from '../../core/turn.ts';
import type { PromptRow } from '../../store/types.ts';
import { lostTextsOf, owedTexts, screensAfter } from '../outbound/lost-texts.ts';
import { type InFlight, sendAgain, settleMs } from './in-flight.ts';
import type { RunDeps } from './session-deps.ts';
import { settle } from './settle.ts';

/** How often a run that a restart of the server ended is taken up again. */
const mostResumptions = 2;
/** Never stored, or stored and never run. One that was sent just now may only not have arrived yet. */
export async function resend(
  deps: RunDeps,
  inFlight: InFlight,
  prompt: PromptRow,
  stored: readonly ServerMessageId[],
): Promise<boolean> {
  const { requests, shard } = deps;
  // It was taken back there.
  if (prompt.outside) return takenBack(deps, prompt);
  if (shard.clock.now() - inFlight.sentAt < settleMs) return waitAndSee(inFlight);
  await requests.reconcile(prompt.id, [], true);
  await sendAgain(deps, inFlight, prompt, stored);
  return false;
}

function waitAndSee(inFlight: InFlight): false {
  inFlight.doubtful = true;
  return false;
}

export async function resume(
  deps: RunDeps,
  inFlight: InFlight,
  prompt: PromptRow,
  stored: readonly ServerMessageId[],
): Promise<boolean> {
  const { shard, turns, requests } = deps;
  // The first sending cannot meet an older run; a later one may still see the run that it replaces.
  if (prompt.attempt > 0 && shard.clock.now() - inFlight.sentAt < settleMs) return waitAndSee(inFlight);
  await requests.reconcile(prompt.id, [], true);
  if (prompt.outside || prompt.attempt >= mostResumptions) return lose(deps, prompt);
  const one = turns.get(prompt.id);
  if (one === undefined) return true;
  const asked = one.requests.filter(({ attempt }) => attempt === prompt.attempt).length;
  // Events go on changing the turn while this is stored.
  const texts = lostTextsOf(shard, turns, one);
  const lost = [...prompt.lost, ...one.turn.messages.map(({ id }) => id)];
  await shard.store.prompts.markResumed(shard.lease, prompt.id, {
    baseSegment: prompt.baseSegment + asked,
    owed: owedTexts(texts),
    lost,
  });
  shard.agent.disown(lost);
  const again = await shard.store.prompts.byId(prompt.id);
  const screens = screensAfter(turns.get(prompt.id)?.screens ?? [], texts);
  if (again !== undefined) turns.update(prompt.id, { prompt: again, turn: emptyTurn, screens });
  shard.log.warn({ prompt: prompt.id, attempt: prompt.attempt + 1 }, 'run was lost and is taken up again');
  await sendAgain(deps, inFlight, prompt, stored);
  return false;
}

async function takenBack(deps: RunDeps, prompt: PromptRow): Promise<true> {
  await settle(deps, prompt.id, 'stopped', { by: 'somebody on the agent server' });
  return true;
}

export async function lose(deps: RunDeps, prompt: PromptRow): Promise<true> {
  const one = deps.turns.get(prompt.id);
  if (one !== undefined) deps.turns.update(prompt.id, { turn: withEndedTexts(one.turn) });
  await settle(deps, prompt.id, 'failed', { lost: true });
  return true;
}
