/** A run that is ended before its time: by a person, or because it comes to nothing. */
import { isAgentError } from '../../core/errors.ts';
import { priority } from '../../render/plan.ts';
import type { InFlight } from './in-flight.ts';
import type { RunDeps } from './session-deps.ts';
import { settle } from './settle.ts';

/** An unavailable server is no news here: the stream's state says so, and a snapshot follows its return. */
export async function quietly(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isAgentError(error)) throw error;
  }
}

/** The row says `stopping` already, so that nothing sends it again; the server is told until it hears. */
export async function stopRun({ shard, turns, delivery }: RunDeps, inFlight: InFlight): Promise<void> {
  const prompt = await shard.store.prompts.byId(inFlight.prompt);
  // It was meant for a prompt that ended meanwhile.
  if (prompt?.state !== 'stopping') return;
  turns.update(inFlight.prompt, { prompt });
  delivery.changed(inFlight.prompt, priority.end);
  const before = inFlight.stopping;
  inFlight.stopping = before.then(() => quietly(shard.agent.abort(inFlight.ref)));
}

/** The model is called again and again and says nothing: nobody waits for an end that does not come. */
export async function endFruitless(deps: RunDeps, inFlight: InFlight, empty: number): Promise<boolean> {
  const { shard, turns } = deps;
  // A person was first.
  if (turns.get(inFlight.prompt)?.prompt.state === 'stopping') return false;
  shard.log.warn({ prompt: inFlight.prompt, empty }, 'a run without a word was ended');
  inFlight.stopping = inFlight.stopping.then(() => quietly(shard.agent.abort(inFlight.ref)));
  const failure = { kind: 'silent', message: String(empty) } as const;
  await settle(deps, inFlight.prompt, 'failed', { failure }, inFlight.ref);
  return true;
}
