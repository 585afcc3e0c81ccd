import type { AgentEvent } from '../../core/agent.ts';
import { AgentRefusedError, AgentUnavailableError } from '../../core/errors.ts';
import { emptyTurn } from '../../core/turn.ts';
import { priority } from '../../render/plan.ts';
import type { PromptRow } from '../../store/types.ts';
import { leftBy, owedBy, screensAfter } from '../outbound/lost-texts.ts';
import { audienceOf, screensOf } from '../outbound/screens.ts';
import { rootParts } from '../outbound/turns.ts';
import { judge } from '../policy/judgement.ts';
import { depart, type Flight, send, sendAgain, sendJoined, settleMs } from './in-flight.ts';
import { readQueue } from './queue.ts';
import { openSession } from './send.ts';
import type { CourseDeps, Signal } from './session-deps.ts';
import { failed, settle } from './settle.ts';

/** How often a run that a restart of the server ended is taken up again. */
const mostResumptions = 2;
/** While the server does not answer, it is tried again this often, milliseconds. */
export const retryMs = 2000;

/** Takes the head of the queue one step on: waits for its pieces, or sends it and follows it to its end. */
export async function carry(deps: CourseDeps, head: PromptRow): Promise<void> {
  // Stopped before it was sent.
  if (head.state === 'stopping' && head.messageId === undefined) return settle(deps, head.id, undefined, {});
  if (head.state !== 'queued') return takeUp(deps, head);
  const wait = head.readyAt - deps.shard.clock.now();
  if (wait > 0) {
    await deps.mailbox.next(wait, deps.signal);
    return;
  }
  try {
    await begin(deps, head);
  } catch (error) {
    if (error instanceof AgentRefusedError) await refused(deps, head, error);
    else if (error instanceof AgentUnavailableError) await deps.mailbox.next(retryMs, deps.signal);
    else throw error;
  }
}

/** The server said no. Where the session itself is gone there, the next prompt makes a new one. */
async function refused(deps: CourseDeps, prompt: PromptRow, error: AgentRefusedError): Promise<void> {
  const { store, agent, lease, settings } = deps.shard;
  const row = await store.sessions.byId(prompt.session);
  if (row?.session !== undefined) {
    const there = await agent.findSession(row.directory, settings.ids.session(row.id));
    if (there === undefined) await store.sessions.setSession(lease, row.id, undefined);
  }
  await failed(deps, prompt.id, { kind: 'unknown', message: error.message });
}

async function begin(deps: CourseDeps, head: PromptRow): Promise<void> {
  const { shard, turns } = deps;
  const { store, lease, settings, clock, agent } = shard;
  const ref = await openSession(shard, head);
  const messageId = settings.ids.message(ref.session, head.pieces[0]?.inbox ?? 0, head.createdAt);
  if (!(await store.prompts.markSent(lease, head.id, messageId))) return;
  // Its pieces are fixed now, and may have changed before.
  const prompt = await store.prompts.byId(head.id);
  if (prompt === undefined || turns.get(head.id) === undefined)
    throw new Error(`prompt ${head.id} has no row or no turn`);
  const bound = await store.threads.bySession(prompt.session);
  const audience = await audienceOf(shard, prompt, bound, false);
  turns.update(prompt.id, { prompt, screens: screensOf(prompt, audience, turns.get(prompt.id)?.screens) });
  if (prompt.state === 'stopping') return settle(deps, prompt.id, undefined, {});
  const flight = depart(deps, { prompt: prompt.id, messageId, ref, sentAt: clock.now() });
  agent.expect(ref, messageId);
  await send(deps, flight, prompt);
  await follow(deps, flight);
}

/** A prompt that is on its way already: sent by a process before us, or written at the agent server. */
async function takeUp(deps: CourseDeps, { id }: PromptRow): Promise<void> {
  const { shard, turns } = deps;
  const prompt = await shard.store.prompts.byId(id);
  const session = prompt === undefined ? undefined : await shard.store.sessions.byId(prompt.session);
  if (prompt?.messageId === undefined || session?.session === undefined)
    throw new Error(`prompt ${id} was sent without an id or a session`);
  const requests = await shard.store.requests.forPrompt(id);
  const bound = await shard.store.threads.bySession(prompt.session);
  const audience = await audienceOf(shard, prompt, bound, turns.get(id) === undefined);
  const screens = screensOf(prompt, audience, turns.get(id)?.screens);
  turns.put(id, { prompt, project: session.project, screens, requests });
  const ref = { session: session.session, directory: session.directory };
  const flight = depart(deps, { prompt: id, messageId: prompt.messageId, ref, sentAt: 0 });
  shard.agent.disown(prompt.lost);
  shard.agent.track(ref, prompt.messageId);
  await follow(deps, flight);
}

/** Follows a prompt until its run is over; all that it hears may come twice or late. */
async function follow(deps: CourseDeps, flight: Flight): Promise<void> {
  const { shard, turns, mailbox, signal } = deps;
  let over = false;
  try {
    while (!over && !signal.aborted) {
      const event = await mailbox.next(settleMs, signal);
      if (event === undefined) await lookAgain(deps, flight);
      else over = await hear(deps, flight, event);
    }
  } catch (error) {
    if (!(error instanceof AgentRefusedError)) throw error;
    const prompt = turns.get(flight.prompt)?.prompt;
    if (prompt !== undefined) await refused(deps, prompt, error);
    over = true;
  }
  if (!over) return;
  await flight.stopping;
  shard.agent.untrack(flight.ref.session);
  deps.course.prompt = undefined;
}

/** Silence: where nothing of the run was seen yet, or what was seen is in doubt, the server is asked. */
async function lookAgain({ shard, turns }: CourseDeps, flight: Flight): Promise<void> {
  const one = turns.get(flight.prompt);
  const unsure = flight.doubtful || one?.turn.state === 'waiting';
  if (!unsure || !shard.agent.status().connected) return;
  flight.doubtful = false;
  await quietly(shard.agent.refresh(flight.ref.session));
}

/** An unavailable server is no news here: the stream's state says so, and a snapshot follows its return. */
async function quietly(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof AgentUnavailableError) && !(error instanceof AgentRefusedError)) throw error;
  }
}

/** True: the run is over, and the prompt is settled. */
async function hear(deps: CourseDeps, flight: Flight, event: Signal): Promise<boolean> {
  const { shard, turns, requests, delivery } = deps;
  const one = turns.get(flight.prompt);
  if (one === undefined) return true;
  switch (event.type) {
    case 'prompt-seen':
      await accept(deps, event.message);
      return false;
    case 'request-asked':
      await requests.asked(flight.prompt, event.request, event.position);
      return false;
    case 'request-closed':
      await requests.closed(flight.prompt, event);
      return false;
    case 'session-snapshot':
      return weigh(deps, flight, event);
    case 'session-settled':
    case 'session-failed':
      // What the server ran beside it is no answer to it.
      if (one.turn.messages.some(({ parent }) => parent === flight.messageId)) return finish(deps, flight);
      if (one.turn.failure !== undefined) return finish(deps, flight);
      await quietly(shard.agent.refresh(flight.ref.session));
      return false;
    case 'stop':
      await stop(deps, flight);
      return false;
    case 'wake':
      await sendJoined(deps, flight, await readQueue(deps, one.prompt.session));
      return false;
    default:
      if (event.type === 'stream-lost') flight.surveyed = false;
      delivery.changed(flight.prompt, priority.progress);
      return false;
  }
}

async function accept({ shard, turns }: CourseDeps, messageId: string): Promise<void> {
  const seen = await shard.store.prompts.byMessageId(messageId);
  if (seen === undefined || seen.state !== 'sent') return;
  await shard.store.prompts.markAccepted(shard.lease, seen.id);
  turns.update(seen.id, { prompt: { ...seen, state: 'accepted' } });
}

async function weigh(
  deps: CourseDeps,
  flight: Flight,
  event: AgentEvent & { readonly type: 'session-snapshot' },
): Promise<boolean> {
  const { shard, turns, requests, delivery } = deps;
  const { snapshot } = event;
  const prompt = await shard.store.prompts.byId(flight.prompt);
  if (prompt === undefined) return true;
  turns.update(prompt.id, { prompt });
  const refused = (turns.get(prompt.id)?.requests ?? []).some(
    ({ state, decision }) =>
      state === 'expired' || (decision?.reply === 'reject' && decision.reason === undefined),
  );
  const verdict = judge(snapshot, { stopping: prompt.state === 'stopping', refused });
  if (snapshot.stored) await accept(deps, flight.messageId);
  const open = await shard.store.prompts.open(prompt.session);
  const joined = open.filter(({ joins }) => joins === prompt.id).map(({ messageId = '' }) => messageId);
  for (const id of joined) if (snapshot.prompts.includes(id)) await accept(deps, id);
  flight.surveyed = true;
  if (verdict === 'resume') return resume(deps, flight, prompt, snapshot.prompts);
  if (verdict === 'send') return resend(deps, flight, prompt, snapshot.prompts);
  await requests.reconcile(prompt.id, snapshot.requests, false);
  const position = rootParts(turns.get(prompt.id)?.turn ?? emptyTurn);
  for (const request of snapshot.requests) await requests.asked(prompt.id, request, position);
  delivery.changed(prompt.id, priority.first);
  if (verdict === 'over') return finish(deps, flight);
  if (prompt.state === 'stopping') await stop(deps, flight);
  else await sendJoined(deps, flight, await shard.store.prompts.open(prompt.session), snapshot.prompts);
  return false;
}

/** Never stored, or stored and never run. One that was sent just now may only not have arrived yet. */
async function resend(
  deps: CourseDeps,
  flight: Flight,
  prompt: PromptRow,
  stored: readonly string[],
): Promise<boolean> {
  const { requests, shard } = deps;
  if (prompt.elsewhere) return lose(deps, prompt);
  if (shard.clock.now() - flight.sentAt < settleMs) return waitAndSee(flight);
  await requests.reconcile(prompt.id, [], true);
  await sendAgain(deps, flight, prompt, stored);
  return false;
}

function waitAndSee(flight: Flight): false {
  flight.doubtful = true;
  return false;
}

async function resume(
  deps: CourseDeps,
  flight: Flight,
  prompt: PromptRow,
  stored: readonly string[],
): Promise<boolean> {
  const { shard, turns, requests } = deps;
  // The first sending cannot meet an older run; a later one may still see the run that it replaces.
  if (prompt.attempt > 0 && shard.clock.now() - flight.sentAt < settleMs) return waitAndSee(flight);
  await requests.reconcile(prompt.id, [], true);
  if (prompt.elsewhere || prompt.attempt >= mostResumptions) return lose(deps, prompt);
  const one = turns.get(prompt.id);
  if (one === undefined) return true;
  const asked = one.requests.filter(({ attempt }) => attempt === prompt.attempt).length;
  // Events go on changing the turn while this is stored.
  const left = leftBy(shard, turns, one);
  const lost = [...prompt.lost, ...one.turn.messages.map(({ id }) => id)];
  await shard.store.prompts.markResumed(shard.lease, prompt.id, {
    baseSegment: prompt.baseSegment + asked,
    owed: owedBy(left),
    lost,
  });
  shard.agent.disown(lost);
  const again = await shard.store.prompts.byId(prompt.id);
  const screens = screensAfter(turns.get(prompt.id)?.screens ?? [], left);
  if (again !== undefined) turns.update(prompt.id, { prompt: again, turn: emptyTurn, screens });
  shard.log.warn({ prompt: prompt.id, attempt: prompt.attempt + 1 }, 'run was lost and is taken up again');
  await sendAgain(deps, flight, prompt, stored);
  return false;
}

async function lose(deps: CourseDeps, prompt: PromptRow): Promise<true> {
  await settle(deps, prompt.id, 'failed', { lost: true });
  return true;
}

/** The row says `stopping` already, so that nothing sends it again; the server is told until it hears. */
async function stop({ shard, turns, delivery }: CourseDeps, flight: Flight): Promise<void> {
  const prompt = await shard.store.prompts.byId(flight.prompt);
  // It was meant for a prompt that ended meanwhile.
  if (prompt?.state !== 'stopping') return;
  turns.update(flight.prompt, { prompt });
  delivery.changed(flight.prompt, priority.end);
  const before = flight.stopping;
  flight.stopping = before.then(() => quietly(shard.agent.abort(flight.ref)));
}

async function finish(deps: CourseDeps, flight: Flight): Promise<boolean> {
  await flight.stopping;
  await settle(deps, flight.prompt, undefined, {}, flight.ref);
  return true;
}
