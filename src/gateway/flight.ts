import type { SessionRef } from '../core/agent.ts';
import { AgentUnavailableError } from '../core/errors.ts';
import type { PromptRow } from '../store/types.ts';
import { sendPrompt } from './sending.ts';
import type { CourseDeps } from './signals.ts';

/** A prompt that the server has, or should have. */
export interface Flight {
  readonly prompt: number;
  readonly messageId: string;
  readonly ref: SessionRef;
  /** When we sent it last, milliseconds; 0: not in this process. */
  sentAt: number;
  /** What the server said was too near to our sending to act on. */
  doubtful: boolean;
  /** A stop on its way; what it cleans up must be done before the next prompt. */
  stopping: Promise<void>;
}

export function depart(
  { course, mailbox }: CourseDeps,
  sent: Pick<Flight, 'prompt' | 'messageId' | 'ref' | 'sentAt'>,
): Flight {
  course.hear(sent.ref.session);
  course.prompt = sent.prompt;
  // What was told of the prompt before is no news of this one, and would end it at once. A stop says whose it is.
  mailbox.keep(({ type }) => type === 'wake' || type === 'stop');
  return { ...sent, doubtful: false, stopping: Promise.resolve() };
}

/** False: whether it has arrived is not known. */
export async function send({ shard }: CourseDeps, flight: Flight, prompt: PromptRow): Promise<boolean> {
  flight.sentAt = shard.clock.now();
  try {
    await sendPrompt(shard, flight.ref, prompt);
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
  deps: CourseDeps,
  flight: Flight,
  prompt: PromptRow,
  stored: readonly string[],
): Promise<void> {
  const open = await deps.shard.store.prompts.open(prompt.session);
  const all = [prompt, ...open.filter(({ joins }) => joins === flight.prompt)];
  // What was written at the server and is no longer there was taken back there.
  const missing = all.filter(({ messageId = '', elsewhere }) => !elsewhere && !stored.includes(messageId));
  // None before an earlier one: the run would go on without it.
  for (const one of missing.length > 0 ? missing : all.slice(-1)) if (!(await send(deps, flight, one))) break;
  // Its first run was heard, so silence alone would not tell that there is no second one.
  flight.doubtful = true;
}
