/** The state of a session as the server tells it, from one prompt on: fetched, then read. */
import type {
  AssistantMessage,
  Part as RawPart,
  PermissionRequest as RawPermission,
  QuestionRequest as RawQuestion,
  ToolPart as RawTool,
  Session,
  SessionStatus,
} from '@opencode-ai/sdk/v2';
import type { AgentRequest, Part, SessionRef, SessionSnapshot } from '../../core/agent.ts';
import {
  type ServerMessageId,
  type ServerSessionId,
  serverMessageId,
  serverSessionId,
} from '../../core/ids.ts';
import type { Calls } from './calls.ts';
import { callIn, callOf, callUpdated } from './joins.ts';
import { agentMessageOf } from './messages.ts';
import { capped, longestTextCharacters, toolOf } from './parts.ts';
import { permissionOf, questionOf } from './requests.ts';
import { endOfRun, isAnswer } from './runs.ts';
import { hasStored, type RawMessage, readStored } from './stored.ts';
import { learn, runOf, type StreamMemory } from './stream-memory.ts';

export interface RawSession {
  readonly statuses: Readonly<Record<string, SessionStatus>>;
  readonly permissions: readonly RawPermission[];
  readonly questions: readonly RawQuestion[];
  /** Of the root session, oldest first, from the prompt on or all. */
  readonly messages: readonly RawMessage[];
  readonly children: readonly { readonly session: Session; readonly messages: readonly RawMessage[] }[];
  /** The prompt is there, or is not, though the messages from it on could not all be read. Unset: they were read. */
  readonly cut?: { readonly stored: boolean };
}

/** From which prompt on, and before which later one. */
export interface Span {
  readonly from: ServerMessageId;
  readonly until?: ServerMessageId;
  /** Prompts that are known to have been sent into its run. */
  readonly joined?: readonly ServerMessageId[];
}

/** Sub-agents of sub-agents; deeper ones do not occur in the default configuration. */
const deepestLevel = 4;

async function descendants(
  calls: Calls,
  ref: SessionRef,
  since: number,
  depth = 0,
): Promise<readonly Session[]> {
  const { session, directory } = ref;
  const children = await calls('read the sub-agents', (client, options) =>
    client.session.children({ sessionID: session, directory }, options),
  );
  // A sub-agent can be taken up again in a later turn; one that was not touched since has no part in this one.
  const touched = children.filter((child) => child.time.updated >= since);
  if (depth === deepestLevel) return touched;
  const deeper = await Promise.all(
    touched.map((child) =>
      descendants(calls, { session: serverSessionId(child.id), directory }, since, depth + 1),
    ),
  );
  return [...touched, ...deeper.flat()];
}

/** Asks for everything that a snapshot is made of. Requests and status come first: what they miss, events tell. */
export async function fetchSession(calls: Calls, ref: SessionRef, span: Span): Promise<RawSession> {
  const { directory } = ref;
  const [statuses, permissions, questions] = await Promise.all([
    calls('read the status', (client, options) => client.session.status({ directory }, options)),
    calls('read the permissions', (client, options) => client.permission.list({ directory }, options)),
    calls('read the questions', (client, options) => client.question.list({ directory }, options)),
  ]);
  const isFrom = ({ info }: RawMessage) => info.id === span.from;
  const { messages, unreadable } = await readStored(calls, ref, (list) => list.some(isFrom));
  const prompt = messages.find(isFrom);
  const cut =
    prompt === undefined && unreadable ? { stored: await hasStored(calls, ref, span.from) } : undefined;
  const sessions = prompt === undefined ? [] : await descendants(calls, ref, prompt.info.time.created);
  const children = await Promise.all(
    sessions.map(async (session) => ({
      session,
      messages: (await readStored(calls, { session: serverSessionId(session.id), directory })).messages,
    })),
  );
  const raw = { statuses, permissions, questions, messages, children };
  return cut === undefined ? raw : { ...raw, cut };
}

function isBusy(raw: RawSession, session: ServerSessionId): boolean {
  const status = raw.statuses[session];
  return status !== undefined && status.type !== 'idle';
}

/**
 * What does not fit together though the session rests. `unfinished`: a last message that is not final, because it is
 * just about to be, or is dead since the server was killed. `unanswered`: a prompt without any answer, because
 * the run began after the status was read, or never will.
 */
export function looseEnd(raw: RawSession, session: ServerSessionId): 'unfinished' | 'unanswered' | undefined {
  const last = raw.messages.at(-1)?.info;
  if (last === undefined || isBusy(raw, session)) return undefined;
  if (last.role === 'user') return 'unanswered';
  return last.time.completed === undefined ? 'unfinished' : undefined;
}

/**
 * One that never became final though another follows: a killed server left it, and the run began anew behind it. As
 * long as none follows, only who took the run up again knows.
 */
function lastDead(messages: readonly RawMessage[], lost: StreamMemory['lost']): number {
  return messages.findLastIndex(
    (entry, index) =>
      lost.get(serverMessageId(entry.info.id)) === true ||
      (isAnswer(entry) &&
        entry.info.time.completed === undefined &&
        messages.slice(index + 1).some(isAnswer)),
  );
}

/** What belongs to one prompt, sub-agents' answers included; `later`: another run was begun after it. */
interface Stretch {
  readonly answers: readonly (RawMessage & { readonly info: AssistantMessage })[];
  readonly later: boolean;
}

/** The place of the first message after the prompt; a prompt that cannot be read is known by what answers it. */
function firstOf({ messages, cut }: RawSession, { from }: Span): number {
  if (cut === undefined) return messages.findIndex(({ info }) => info.id === from) + 1;
  const at = messages.findIndex((raw) => isAnswer(raw) && raw.info.parentID === from);
  return at === -1 ? messages.length + 1 : at;
}

/**
 * The turn: everything after the prompt up to the end of its run, of the attempt that was begun last. Other user
 * messages may stand in it: what the server sends itself to go on after a summary, and prompts that were sent into it.
 */
function turnOf(raw: RawSession, span: Span, lost: StreamMemory['lost']): Stretch {
  const first = firstOf(raw, span);
  const prompt = raw.messages[first - 1] ?? raw.messages[first];
  if (prompt === undefined || (first === 0 && raw.cut === undefined)) return { answers: [], later: false };
  const until = raw.messages.findIndex(({ info }, index) => index >= first && info.id === span.until);
  const end = endOfRun(raw.messages, first - 1, span.joined);
  const stop = until === -1 ? end : Math.min(until, end);
  const whole = raw.messages.slice(first, stop);
  const dead = lastDead(whole, lost);
  const own = whole.slice(dead + 1);
  const since = (whole[dead] ?? prompt).info.time.created;
  const after = raw.messages[stop]?.info.time.created ?? Number.POSITIVE_INFINITY;
  const theirs = raw.children
    .flatMap(({ messages }) => messages)
    .filter(({ info }) => info.time.created >= since && info.time.created < after);
  const answers = [...own, ...theirs]
    .filter(isAnswer)
    .sort((a, b) => a.info.time.created - b.info.time.created);
  return { answers, later: raw.messages.slice(stop).some(isAnswer) };
}

function partOf(
  memory: StreamMemory,
  message: AssistantMessage,
  raw: RawPart,
  directory: string,
): Part | undefined {
  if (raw.type === 'tool') return toolOf(raw, directory);
  if (raw.type !== 'text' && raw.type !== 'reasoning') return undefined;
  if (raw.type === 'text' && (raw.synthetic === true || raw.ignored === true)) return undefined;
  // A final message may hold the beginning of a try that failed; it never ends.
  const done = raw.time === undefined || raw.time.end !== undefined || message.time.completed !== undefined;
  if (done)
    return { type: raw.type, id: raw.id, text: capped(raw.text, longestTextCharacters), done, gap: false };
  // The server stores a part at its beginning and at its end only: what lies between was heard, or is unknown.
  const heard = memory.growing.get(raw.id);
  return { type: raw.type, id: raw.id, text: heard?.text ?? raw.text, done, gap: heard === undefined };
}

function partsOf(
  memory: StreamMemory,
  raw: RawMessage,
  info: AssistantMessage,
  directory: string,
): readonly Part[] {
  if (info.summary === true) {
    const told = info.time.completed !== undefined && info.error === undefined;
    return told ? [{ type: 'compaction', id: info.id }] : [];
  }
  return raw.parts.map((part) => partOf(memory, info, part, directory)).filter((part) => part !== undefined);
}

function toolsOf(raw: RawSession): readonly RawTool[] {
  return [...raw.messages, ...raw.children.flatMap(({ messages }) => messages)]
    .flatMap(({ parts }) => parts)
    .filter((part) => part.type === 'tool');
}

/** A permission of the session waits in a call whose input is still being written. */
export function isUntold(raw: RawSession): boolean {
  const tools = toolsOf(raw);
  return raw.permissions.some((request) => callIn(tools, request)?.state.status === 'pending');
}

/** Requests of stopped runs stay in the server's lists, and take answers, for ever: only those of busy sessions live. */
function requestsOf(raw: RawSession, ref: SessionRef): readonly AgentRequest[] {
  const family = new Set([ref.session, ...raw.children.map(({ session }) => session.id)]);
  const tools = toolsOf(raw);
  const lives = (request: RawPermission | RawQuestion): boolean => {
    if (!family.has(request.sessionID) || !isBusy(raw, serverSessionId(request.sessionID))) return false;
    const tool = callIn(tools, request);
    return tool === undefined || tool.state.status === 'running' || tool.state.status === 'pending';
  };
  return [
    ...raw.permissions.filter(lives).map((request) => {
      const asking = callIn(tools, request);
      const call = asking === undefined ? undefined : callOf(asking);
      return permissionOf(request, call, ref.session, ref.directory);
    }),
    ...raw.questions.filter(lives).map((request) => questionOf(request, ref.session)),
  ];
}

export function snapshotOf(
  memory: StreamMemory,
  raw: RawSession,
  ref: SessionRef,
  span: Span,
): SessionSnapshot {
  const { answers, later } = turnOf(raw, span, memory.lost);
  return {
    stored: raw.cut?.stored ?? raw.messages.some(({ info }) => info.id === span.from),
    ...(raw.cut === undefined ? {} : { partial: true }),
    prompts: raw.messages
      .filter(({ info }) => info.role === 'user')
      .map(({ info }) => serverMessageId(info.id)),
    busy: isBusy(raw, ref.session) && !later,
    ...(later ? { later } : {}),
    messages: answers.map((entry) => ({
      message: agentMessageOf(entry.info),
      parts: partsOf(memory, entry, entry.info, ref.directory),
    })),
    requests: later ? [] : requestsOf(raw, ref),
  };
}

/** What is known now stands in the snapshot as well. */
const unheard = () => {};

/** Goes on from here: events after the snapshot are read with what it told. */
export function adopt(memory: StreamMemory, raw: RawSession, root: ServerSessionId): void {
  for (const { session } of raw.children)
    learn(
      memory,
      serverSessionId(session.id),
      session.parentID === undefined ? root : serverSessionId(session.parentID),
    );
  const run = runOf(memory, root);
  const busy = isBusy(raw, root);
  if (busy) run.running = true;
  run.open.clear();
  for (const part of toolsOf(raw)) callUpdated(memory, part, unheard);
  for (const { info } of [...raw.messages, ...raw.children.flatMap(({ messages }) => messages)]) {
    if (info.role === 'user') memory.messages.set(info.id, 'user');
    else memory.messages.set(info.id, info.summary === true ? 'summary' : 'assistant');
    if (!busy || info.role !== 'assistant' || info.sessionID !== root) continue;
    if (info.time.completed === undefined) run.open.add(serverMessageId(info.id));
  }
}
