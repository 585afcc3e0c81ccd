/** Recordings of the real server, played to the feed, and a line for each event that came of it. */
import type { AgentEvent } from '../../../../src/core/agent.ts';
import { serverSessionId } from '../../../../src/core/ids.ts';
import type { Payload } from '../../../../src/opencode/v1/events.ts';
import { createEventFeed, type EventFeed } from '../../../../src/opencode/v1/feed.ts';
import { createStreamMemory, learn, type StreamMemory } from '../../../../src/opencode/v1/stream-memory.ts';
import { readRecording } from '../../../fixtures/recording.ts';

interface Replay {
  readonly memory: StreamMemory;
  readonly feed: EventFeed;
  readonly events: AgentEvent[];
  /** Roots whose end was awaited. */
  readonly awaited: string[];
  /** Roots with a permission whose call was not told at once. */
  readonly blind: string[];
}

/** A feed without a server: every session that is not told of counts as a root. */
export function createReplay(): Replay {
  const memory = createStreamMemory();
  const events: AgentEvent[] = [];
  const awaited: string[] = [];
  const blind: string[] = [];
  const feed = createEventFeed({
    memory,
    emit: (event) => events.push(event),
    resolve: async ({ session }) => learn(memory, session, undefined),
    awaitEnd: (root) => awaited.push(root),
    awaitCall: (root) => blind.push(root),
    disposed: () => {},
    overflown: () => {},
  });
  return { memory, feed, events, awaited, blind };
}

export function payloadsOf(
  name: string,
): readonly { readonly directory: string; readonly payload: Payload }[] {
  return readRecording(name).flatMap((line) =>
    'heard' in line ? [{ directory: line.heard.directory, payload: line.heard.payload as Payload }] : [],
  );
}

/** All events of a recording, as if its sessions had been tracked from the beginning. */
export function replay(name: string): Replay {
  const it = createReplay();
  for (const { directory, payload } of payloadsOf(name)) {
    if (payload.type === 'session.created' && payload.properties.info.parentID === undefined) {
      it.memory.tracked.add(serverSessionId(payload.properties.sessionID));
    }
    it.feed.receive(directory, payload);
  }
  return it;
}

const short = (text: string): string => {
  const line = text.replaceAll('\n', '⏎');
  return line.length > 48 ? `${line.slice(0, 44)}… ${text.length}` : line;
};

function requestLine(event: Extract<AgentEvent, { type: 'request-asked' }>): string {
  const { request } = event;
  const from = request.from === request.session ? '' : ' from a sub-agent';
  if (request.kind === 'question')
    return `asked ${request.questions.map(({ header }) => header).join(', ')}${from}`;
  const diff = request.diff === undefined ? '' : ` with a diff of ${request.diff.split('\n').length} lines`;
  return `asked ${request.permission}: ${short(request.subject)}${diff}${from}`;
}

function partLine(event: Extract<AgentEvent, { type: 'part-updated' }>): string {
  const { part } = event;
  if (part.type === 'compaction') return 'compaction';
  if (part.type !== 'tool') return `${part.type} ${part.done ? 'done' : 'grows'}: ${short(part.text)}`;
  const extras = [
    part.output === '' ? '' : ` > ${short(part.output)}`,
    part.error === '' ? '' : ` ! ${short(part.error)}`,
    part.diff === undefined ? '' : ' with a diff',
    part.child === undefined ? '' : ' by a sub-agent',
    part.todos === undefined ? '' : ` [${part.todos.map(({ status }) => status).join(' ')}]`,
  ];
  return `${part.tool} ${part.status} ${short(part.subject)}${extras.join('')}`;
}

function line(event: AgentEvent): string {
  switch (event.type) {
    case 'part-updated':
      return partLine(event);
    case 'request-asked':
      return requestLine(event);
    case 'request-closed':
      return `closed ${event.outcome.reply}`;
    case 'run-seen':
      return `answers${event.byProgram ? ' a program' : ''}: ${short(event.text ?? 'what was not heard')}`;
    case 'message-updated': {
      const { completedAt, finish, failure, agent } = event.message;
      const state = completedAt === undefined ? 'open' : 'final';
      const why = failure === undefined ? '' : ` ! ${failure.kind}: ${short(failure.message)}`;
      return `message of ${agent} ${state} ${finish ?? ''}${why}`.trimEnd();
    }
    case 'session-failed':
      return `failed ${event.failure.kind}: ${short(event.failure.message)}`;
    case 'session-retrying':
      return `retrying ${event.attempt}: ${short(event.message)}`;
    default:
      return event.type;
  }
}

/** One line for each event; runs of deltas as one. */
export function outline(events: readonly AgentEvent[]): string {
  const lines: string[] = [];
  let deltas = 0;
  let size = 0;
  const flush = () => {
    if (deltas > 0) lines.push(`  + ${deltas} deltas, ${size} characters`);
    deltas = 0;
    size = 0;
  };
  for (const event of events) {
    if (event.type === 'part-appended') {
      deltas += 1;
      size += event.text.length;
      continue;
    }
    flush();
    lines.push(line(event));
  }
  flush();
  return lines.join('\n');
}
