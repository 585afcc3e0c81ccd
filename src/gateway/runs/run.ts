/** One run from its first prompt to its end: events where they come, snapshots where they do not. */
import type { AgentEvent } from '../../core/agent.ts';
import { AgentRefusedError, AgentUnavailableError } from '../../core/errors.ts';
import { noInbox, type PromptId, type ServerMessageId } from '../../core/ids.ts';
import { emptyTurn } from '../../core/turn.ts';
import { priority } from '../../render/plan.ts';
import type { PromptRow } from '../../store/types.ts';
import { audienceOf, screensOf } from '../outbound/screens.ts';
import { rootParts } from '../outbound/turns.ts';
import { judge } from '../policy/judgement.ts';
import { endFruitless, quietly, stopRun } from './early-end.ts';
import { type InFlight, putInFlight, send, sendJoined, settleMs } from './in-flight.ts';
import { lose, resend, resume } from './next-attempt.ts';
import { refreshQueue } from './queue.ts';
import { openSession, replaceSession } from './server-session.ts';
import type { RunDeps, Signal } from './session-deps.ts';
import { settle, settleFailed } from './settle.ts';

/** While the server does not answer, it is tried again this often, milliseconds. */
export const retryMs = 2000;

/** Takes the head of the queue one step on: waits for its pieces, or sends it and follows it to its end. */
export async function advanceRun(deps: RunDeps, head: PromptRow): Promise<void> {
  // Stopped before it was sent.
  if (head.state === 'stopping' && head.messageId === undefined) return settle(deps, head.id, undefined, {});
  if (head.state !== 'queued') return takeOver(deps, head);
  const wait = head.readyAt - deps.shard.clock.now();
  if (wait > 0) {
    await deps.mailbox.next(wait, deps.signal);
    return;
  }
  try {
    await begin(deps, head);
  } catch (error) {
    if (error instanceof AgentRefusedError) await refused(deps, head.id, error);
    else if (error instanceof AgentUnavailableError) await deps.mailbox.next(retryMs, deps.signal);
    else throw error;
  }
}

/** The server said no. Where the session itself is gone there, the prompt goes to a new one. */
async function refused(deps: RunDeps, id: PromptId, error: AgentRefusedError): Promise<void> {
  const prompt = await deps.shard.store.prompts.byId(id);
  if (prompt === undefined || (await replaceSession(deps, prompt))) return;
  await settleFailed(deps, prompt.id, { kind: 'unknown', message: error.message });
}

async function begin(deps: RunDeps, head: PromptRow): Promise<void> {
  const { shard, turns } = deps;
  const { store, lease, settings, clock, agent } = shard;
  const ref = await openSession(shard, head);
  const messageId = settings.ids.message(ref.session, head.pieces[0]?.inbox ?? noInbox, head.createdAt);
  if (!(await store.prompts.markSent(lease, head.id, messageId))) return;
  // Its pieces are fixed now, and may have changed before.
  const prompt = await store.prompts.byId(head.id);
  if (prompt === undefined || turns.get(head.id) === undefined)
    throw new Error(`prompt ${head.id} has no row or no turn`);
  const bound = await store.threads.bySession(prompt.session);
  const audience = await audienceOf(shard, prompt, bound, false);
  turns.update(prompt.id, { prompt, screens: screensOf(prompt, audience, turns.get(prompt.id)?.screens) });
  if (prompt.state === 'stopping') return settle(deps, prompt.id, undefined, {});
  const inFlight = putInFlight(deps, { prompt: prompt.id, messageId, ref, sentAt: clock.now() });
  agent.expect(ref, messageId);
  await send(deps, inFlight, prompt);
  await follow(deps, inFlight);
}

/** A prompt that is on its way already: sent by a process before us, or written at the agent server. */
async function takeOver(deps: RunDeps, { id }: PromptRow): Promise<void> {
  const { shard, turns } = deps;
  const prompt = await shard.store.prompts.byId(id);
  const session = prompt === undefined ? undefined : await shard.store.sessions.byId(prompt.session);
  if (prompt?.messageId === undefined || session?.serverSession === undefined)
    throw new Error(`prompt ${id} was sent without an id or a session`);
  const requests = await shard.store.requests.forPrompt(id);
  const bound = await shard.store.threads.bySession(prompt.session);
  const audience = await audienceOf(shard, prompt, bound, turns.get(id) === undefined);
  const screens = screensOf(prompt, audience, turns.get(id)?.screens);
  turns.put(id, { prompt, project: session.project, screens, requests });
  const ref = { session: session.serverSession, directory: session.directory };
  const inFlight = putInFlight(deps, { prompt: id, messageId: prompt.messageId, ref, sentAt: 0 });
  shard.agent.disown(prompt.lost);
  const open = await shard.store.prompts.open(prompt.session);
  const joined = open
    .filter(({ joins }) => joins === id)
    .map(({ messageId }) => messageId)
    .filter((one) => one !== undefined);
  shard.agent.track(ref, prompt.messageId, { joined });
  await follow(deps, inFlight);
}

/** Follows a prompt until its run is over; all that it hears may come twice or late. */
async function follow(deps: RunDeps, inFlight: InFlight): Promise<void> {
  const { shard, mailbox, signal } = deps;
  let over = false;
  try {
    while (!over && !signal.aborted) {
      const event = await mailbox.next(settleMs, signal);
      if (event === undefined) await lookAgain(deps, inFlight);
      else over = await onSignal(deps, inFlight, event);
    }
  } catch (error) {
    if (!(error instanceof AgentRefusedError)) throw error;
    await refused(deps, inFlight.prompt, error);
    over = true;
  }
  if (!over) return;
  await inFlight.stopping;
  shard.agent.untrack(inFlight.ref.session);
  deps.current.prompt = undefined;
}

/** Silence: where nothing of the run was seen yet, or what was seen is in doubt, the server is asked. */
async function lookAgain({ shard, turns }: RunDeps, inFlight: InFlight): Promise<void> {
  const one = turns.get(inFlight.prompt);
  const unsure = inFlight.doubtful || one?.turn.state === 'waiting';
  if (!unsure || !shard.agent.status().connected) return;
  inFlight.doubtful = false;
  await quietly(shard.agent.refresh(inFlight.ref.session));
}

/** True: the run is over, and the prompt is settled. */
async function onSignal(deps: RunDeps, inFlight: InFlight, event: Signal): Promise<boolean> {
  const { shard, turns, requests, delivery } = deps;
  const one = turns.get(inFlight.prompt);
  if (one === undefined) return true;
  switch (event.type) {
    case 'prompt-seen':
      await accept(deps, event.message);
      return false;
    case 'request-asked':
      await requests.asked(inFlight.prompt, event.request, event.position);
      return false;
    case 'request-closed':
      await requests.closed(inFlight.prompt, event);
      return false;
    case 'session-snapshot':
      return onSnapshot(deps, inFlight, event);
    case 'session-settled':
    case 'session-failed':
      // What the server ran beside it is no answer to it.
      if (one.turn.messages.some(({ parent }) => parent === inFlight.messageId))
        return finish(deps, inFlight);
      if (one.turn.failure !== undefined) return finish(deps, inFlight);
      await quietly(shard.agent.refresh(inFlight.ref.session));
      return false;
    case 'stop':
      await stopRun(deps, inFlight);
      return false;
    case 'fruitless':
      return endFruitless(deps, inFlight, event.empty);
    case 'wake':
      await sendJoined(deps, inFlight, await refreshQueue(deps, one.prompt.session));
      return false;
    default:
      if (event.type === 'stream-lost') inFlight.surveyed = false;
      delivery.changed(inFlight.prompt, priority.progress);
      return false;
  }
}

async function accept({ shard, turns }: RunDeps, messageId: ServerMessageId): Promise<void> {
  const seen = await shard.store.prompts.byMessageId(messageId);
  if (seen === undefined || seen.state !== 'sent') return;
  await shard.store.prompts.markAccepted(shard.lease, seen.id);
  turns.update(seen.id, { prompt: { ...seen, state: 'accepted' } });
}

async function onSnapshot(
  deps: RunDeps,
  inFlight: InFlight,
  event: AgentEvent & { readonly type: 'session-snapshot' },
): Promise<boolean> {
  const { shard, turns, requests, delivery } = deps;
  const { snapshot } = event;
  const prompt = await shard.store.prompts.byId(inFlight.prompt);
  if (prompt === undefined) return true;
  turns.update(prompt.id, { prompt });
  const refused = (turns.get(prompt.id)?.requests ?? []).some(
    ({ state, decision }) =>
      state === 'expired' || (decision?.reply === 'reject' && decision.reason === undefined),
  );
  const verdict = judge(snapshot, { stopping: prompt.state === 'stopping', refused });
  if (snapshot.stored) await accept(deps, inFlight.messageId);
  const open = await shard.store.prompts.open(prompt.session);
  const joined = open.filter(({ joins }) => joins === prompt.id);
  for (const { messageId } of joined)
    if (messageId !== undefined && snapshot.prompts.includes(messageId)) await accept(deps, messageId);
  inFlight.surveyed = true;
  if (verdict === 'resume') return resume(deps, inFlight, prompt, snapshot.prompts);
  if (verdict === 'lost') return lose(deps, prompt);
  if (verdict === 'send') return resend(deps, inFlight, prompt, snapshot.prompts);
  await requests.reconcile(prompt.id, snapshot.requests, false);
  const position = rootParts(turns.get(prompt.id)?.turn ?? emptyTurn);
  for (const request of snapshot.requests) await requests.asked(prompt.id, request, position);
  delivery.changed(prompt.id, priority.first);
  if (verdict === 'over') return finish(deps, inFlight);
  if (prompt.state === 'stopping') await stopRun(deps, inFlight);
  else await sendJoined(deps, inFlight, await shard.store.prompts.open(prompt.session), snapshot.prompts);
  return false;
}

async function finish(deps: RunDeps, inFlight: InFlight): Promise<boolean> {
  await inFlight.stopping;
  await settle(deps, inFlight.prompt, undefined, {}, inFlight.ref);
  return true;
}
