/** Raw events to AgentEvents. Pure but for what the memory of the stream holds; no I/O, no clock. */
import type { GlobalEvent } from '@opencode-ai/sdk/v2';
import type { RequestOutcome } from '../../core/agent.ts';
import { type ServerSessionId, serverRequestId, serverSessionId } from '../../core/ids.ts';
import { cleanSentence } from '../sentence.ts';
import { messageUpdated, partDelta, partUpdated } from './content.ts';
import { failureOf } from './failures.ts';
import { blindClosed, permissionAsked } from './joins.ts';
import { questionOf } from './requests.ts';
import { began, idled, settleRun } from './run-state.ts';
import { count, type Emit, learn, type Run, runOf, type StreamMemory } from './stream-memory.ts';

/** `sync` repeats what the plain events say. */
export type Payload = Extract<GlobalEvent['payload'], { readonly properties: unknown }>;

type Of<T extends Payload['type']> = Extract<Payload, { readonly type: T }>['properties'];

/**
 * What an event asks of its reader, beyond the AgentEvents. `await-end`: idle, but the last message is not final.
 * `await-call`: a permission is asked for in a call that has not been told.
 */
export type Aftermath = 'none' | 'await-end' | 'await-call';

/** Tells what was said as soon as something else of its session follows: only then all its parts are there. */
function tellPrompt(
  memory: StreamMemory,
  run: Run,
  root: ServerSessionId,
  payload: Payload,
  emit: Emit,
): void {
  const pending = run.pending;
  if (pending === undefined) return;
  if (payload.type === 'message.part.updated' && payload.properties.part.messageID === pending.message)
    return;
  run.pending = undefined;
  memory.said.set(pending.message, pending);
  emit({ type: 'prompt-seen', session: root, message: pending.message });
}

function statusChanged(
  memory: StreamMemory,
  root: ServerSessionId,
  raw: Of<'session.status'>,
  emit: Emit,
): Aftermath {
  const run = runOf(memory, root);
  const status = raw.status;
  if (status.type === 'retry') {
    began(run, root, emit);
    const { attempt, next } = status;
    emit({ type: 'session-retrying', session: root, attempt, message: cleanSentence(status.message), next });
    return 'none';
  }
  // A sub-agent's beginning and end are not the turn's.
  if (raw.sessionID !== root) return 'none';
  if (status.type === 'idle') return idled(run, root, emit) ? 'await-end' : 'none';
  began(run, root, emit);
  return 'none';
}

/** An error while a message is open is told by that message, once it is final. */
function failed(memory: StreamMemory, root: ServerSessionId, raw: Of<'session.error'>, emit: Emit): void {
  if (raw.error === undefined || raw.sessionID !== root) return;
  const run = runOf(memory, root);
  if (run.open.size > 0) return;
  const failure = failureOf(raw.error);
  const key = `${failure.kind} ${failure.message}`;
  if (run.failure === key) return;
  run.failure = key;
  emit({ type: 'session-failed', session: root, failure });
}

function renamed(memory: StreamMemory, root: ServerSessionId, raw: Of<'session.updated'>, emit: Emit): void {
  if (raw.sessionID !== root) return;
  const run = runOf(memory, root);
  const title = raw.info.title;
  const before = run.title;
  run.title = title;
  if (before !== undefined && before !== title) emit({ type: 'session-renamed', session: root, title });
}

function deleted(memory: StreamMemory, root: ServerSessionId, session: ServerSessionId, emit: Emit): void {
  memory.roots.delete(session);
  if (session !== root) return;
  const message = 'The session was deleted on the agent server.';
  emit({ type: 'session-failed', session: root, failure: { kind: 'unknown', message } });
  settleRun(runOf(memory, root), root, emit);
  memory.runs.delete(root);
}

/** The session that an event belongs to; undefined where it belongs to none. */
export function sessionOf(payload: Payload): ServerSessionId | undefined {
  const { properties } = payload;
  if (typeof properties !== 'object' || !('sessionID' in properties)) return undefined;
  return typeof properties.sessionID === 'string' ? serverSessionId(properties.sessionID) : undefined;
}

/** Learns whose child a session is from the events that say so. */
export function lineageOf(memory: StreamMemory, payload: Payload): void {
  if (payload.type !== 'session.created' && payload.type !== 'session.updated') return;
  const { sessionID, info } = payload.properties;
  const parent = info.parentID === undefined ? undefined : serverSessionId(info.parentID);
  learn(memory, serverSessionId(sessionID), parent);
}

/**
 * What one raw event of a session means. `root`: the root of its session. Events that the gateway has no use
 * for are counted by type.
 */
export function normalize(
  memory: StreamMemory,
  root: ServerSessionId,
  directory: string,
  payload: Payload,
  emit: Emit,
): Aftermath {
  // The hot path: one event for each token.
  if (payload.type === 'message.part.delta') {
    partDelta(memory, root, payload.properties, emit);
    return 'none';
  }
  tellPrompt(memory, runOf(memory, root), root, payload, emit);
  switch (payload.type) {
    case 'message.part.updated':
      partUpdated(memory, root, payload.properties.part, directory, emit);
      return 'none';
    case 'message.updated':
      messageUpdated(memory, root, payload.properties.info, emit);
      return 'none';
    case 'session.status':
      return statusChanged(memory, root, payload.properties, emit);
    case 'session.idle':
      if (payload.properties.sessionID !== root) return 'none';
      return idled(runOf(memory, root), root, emit) ? 'await-end' : 'none';
    case 'permission.asked':
      return permissionAsked(memory, root, directory, payload.properties, emit) ? 'await-call' : 'none';
    default:
      rare(memory, root, payload, emit);
      return 'none';
  }
}

function rare(memory: StreamMemory, root: ServerSessionId, payload: Payload, emit: Emit): void {
  switch (payload.type) {
    case 'session.error':
      failed(memory, root, payload.properties, emit);
      break;
    case 'session.created':
    case 'session.updated':
      renamed(memory, root, payload.properties, emit);
      break;
    case 'session.deleted':
      deleted(memory, root, serverSessionId(payload.properties.sessionID), emit);
      break;
    case 'session.compacted':
      if (payload.properties.sessionID === root) emit({ type: 'session-compacted', session: root });
      break;
    case 'question.asked':
      emit({ type: 'request-asked', session: root, request: questionOf(payload.properties, root) });
      break;
    case 'permission.replied':
      blindClosed(memory, serverRequestId(payload.properties.requestID));
      closed(root, payload.properties.requestID, outcomes[payload.properties.reply], emit);
      break;
    case 'question.replied':
      closed(root, payload.properties.requestID, answered(payload.properties.answers), emit);
      break;
    case 'question.rejected':
      closed(root, payload.properties.requestID, { reply: 'reject' }, emit);
      break;
    default:
      count(memory, payload.type);
  }
}

const outcomes = {
  once: { reply: 'once' },
  always: { reply: 'always' },
  reject: { reply: 'reject' },
} as const satisfies Readonly<Record<string, RequestOutcome>>;

/** Forks leave them out. */
function answered(answers: Of<'question.replied'>['answers'] | undefined): RequestOutcome {
  return { reply: 'answers', answers: answers ?? [] };
}

function closed(session: ServerSessionId, request: string, outcome: RequestOutcome, emit: Emit): void {
  emit({ type: 'request-closed', session, request: serverRequestId(request), outcome });
}
