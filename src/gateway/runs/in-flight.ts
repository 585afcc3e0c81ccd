/** The prompt that the server has or should have: sent, sent again, joined by others. */
import type { SessionRef } from '../../core/agent.ts';
import { AgentRefusedError, AgentUnavailableError } from '../../core/errors.ts';
import type { PromptId, ServerMessageId } from '../../core/ids.ts';
import type { PromptRow } from '../../store/types.ts';
import { sendPrompt } from './send.ts';
import type { RunDeps } from './session-deps.ts';
import { settleFailed } from './settle.ts';

/** A prompt that the server has, or should have. */
export interface InFlight {
  readonly prompt: PromptId;
  readonly messageId: ServerMessageId;
  readonly ref: SessionRef;
  /** When we sent it last, milliseconds; 0: not in this process. */
  sentAt: number;
  /** What the server said was too near to our sending to act on. */
  doubtful: boolean;
  /** It is known that the run goes on, and which prompts the server has: we began it, or have asked. */
  surveyed: boolean;
  /** Prompts of the run that we sent, as far as we know. */
  readonly handed: Set<PromptId>;
  /** A stop on its way; what it cleans up must be done before the next prompt. */
  stopping: Promise<void>;
}

export function putInFlight(
  { current, mailbox }: RunDeps,
  sent: Pick<InFlight, 'prompt' | 'messageId' | 'ref' | 'sentAt'>,
): InFlight {
  current.follow(sent.ref.session);
  current.prompt = sent.prompt;
  // What was told of the prompt before is no news of this one, and would end it at once. A stop says whose it is.
  mailbox.keep(({ type }) => type === 'wake' || type === 'stop');
  const surveyed = sent.sentAt > 0;
  return { ...sent, doubtful: false, surveyed, handed: new Set(), stopping: Promise.resolve() };
}

/** A snapshot this soon after sending may be older than what we sent, milliseconds. */
export const settleMs = 5000;

/** False: whether it has arrived is not known. */
export async function send({ shard }: RunDeps, inFlight: InFlight, prompt: PromptRow): Promise<boolean> {
  inFlight.sentAt = shard.clock.now();
  try {
    await sendPrompt(shard, inFlight.ref, prompt);
    inFlight.handed.add(prompt.id);
    return true;
  } catch (error) {
    if (!(error instanceof AgentUnavailableError)) throw error;
    shard.log.warn(
      { prompt: prompt.id, error: error.message },
      'prompt could not be sent, a snapshot will tell',
    );
    return false;
  }
}

/**
 * Whatever of the prompt, and of those that were sent into its run, the server has not got. Where it has got all, the
 * newest id runs all of them; an older one again would run twice.
 */
export async function sendAgain(
  deps: RunDeps,
  inFlight: InFlight,
  prompt: PromptRow,
  stored: readonly ServerMessageId[],
): Promise<void> {
  const open = await deps.shard.store.prompts.open(prompt.session);
  const all = [prompt, ...open.filter(({ joins }) => joins === inFlight.prompt)];
  // What was written at the server and is no longer there was taken back there.
  const missing = all.filter(
    ({ messageId, outside }) => !outside && (messageId === undefined || !stored.includes(messageId)),
  );
  // None before an earlier one: the run would go on without it.
  for (const one of missing.length > 0 ? missing : all.slice(-1))
    if (!(await send(deps, inFlight, one))) break;
  // Its first run was heard, so silence alone would not tell that there is no second one.
  inFlight.doubtful = true;
}

/**
 * Sends what is to join the run and is not with the server. `stored`: the ids that the server has, as it said just
 * now; unset: nothing was heard of it.
 */
export async function sendJoined(
  deps: RunDeps,
  inFlight: InFlight,
  open: readonly PromptRow[],
  stored?: readonly ServerMessageId[],
): Promise<void> {
  if (open.find(({ id }) => id === inFlight.prompt)?.state !== 'accepted') return;
  if (!inFlight.surveyed) return;
  for (const one of open.filter(({ joins, state }) => joins === inFlight.prompt && state === 'sent')) {
    const handed = inFlight.handed.has(one.id);
    if (handed && stored === undefined) continue;
    inFlight.doubtful = true;
    const young = deps.shard.clock.now() - inFlight.sentAt < settleMs;
    // None before an earlier one: the run would go on without it.
    if ((handed && young) || !(await sendOne(deps, inFlight, one))) return;
  }
}

/** False: the server may come to take it, and what follows it has to wait. */
async function sendOne(deps: RunDeps, inFlight: InFlight, prompt: PromptRow): Promise<boolean> {
  try {
    inFlight.surveyed = await send(deps, inFlight, prompt);
    return inFlight.surveyed;
  } catch (error) {
    if (!(error instanceof AgentRefusedError)) throw error;
    await settleFailed(deps, prompt.id, { kind: 'unknown', message: error.message });
  }
  return true;
}
