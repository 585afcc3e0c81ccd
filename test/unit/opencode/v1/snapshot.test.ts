/** Snapshots made of what the real server had stored. */
import { describe, expect, it } from 'vitest';
import type { AgentEvent, Part } from '../../../../src/core/agent.ts';
import {
  type ServerMessageId,
  type ServerSessionId,
  serverMessageId,
  serverSessionId,
} from '../../../../src/core/ids.ts';
import { looseEnd, type RawSession, snapshotOf } from '../../../../src/opencode/v1/snapshot.ts';
import { createStreamMemory } from '../../../../src/opencode/v1/stream-memory.ts';
import { readRecording } from '../../../fixtures/recording.ts';
import { replay } from './replay.ts';

const directory = '/workspace/project';

/** The last answer to such a call in a recording. */
function answerTo<T>(name: string, call: RegExp): T {
  const answers = readRecording(name).flatMap((line) =>
    'answered' in line && call.test(line.answered) ? [line.body] : [],
  );
  return answers.at(-1) as T;
}

function stored(name: string): {
  readonly raw: RawSession;
  readonly prompt: ServerMessageId;
  readonly session: ServerSessionId;
} {
  const messages = answerTo<RawSession['messages']>(name, /^GET \/session\/\w+\/message$/);
  const prompt = messages.find(({ info }) => info.role === 'user')?.info;
  if (prompt === undefined) throw new Error(`${name} has no prompt`);
  const raw = { statuses: {}, permissions: [], questions: [], messages, children: [] };
  return { raw, prompt: serverMessageId(prompt.id), session: serverSessionId(prompt.sessionID) };
}

function heardParts(events: readonly AgentEvent[], session: string): ReadonlyMap<string, Part> {
  const own = new Set(
    events.flatMap((event) =>
      event.type === 'message-updated' && event.message.session === session ? [event.message.id] : [],
    ),
  );
  const parts = events.flatMap((event): [string, Part][] =>
    event.type === 'part-updated' && own.has(event.message) ? [[event.part.id, event.part]] : [],
  );
  return new Map(parts);
}

const names = [
  'stream',
  'shell',
  'edit',
  'question',
  'todo',
  'subagent',
  'error',
  'long',
  'reject',
  'fail',
  'abort',
];

describe('a snapshot of a finished run', () => {
  it.each(names)('%s: says what the events said', (name) => {
    const { raw, prompt, session } = stored(name);
    const snapshot = snapshotOf(createStreamMemory(), raw, { session, directory }, { from: prompt });
    expect(snapshot).toMatchObject({ stored: true, busy: false, requests: [] });
    const told = snapshot.messages.flatMap(({ parts }) => parts);
    expect(new Map(told.map((part) => [part.id, part]))).toEqual(heardParts(replay(name).events, session));
    expect(looseEnd(raw, session)).toBeUndefined();
  });

  it('of a prompt that the server does not have is empty', () => {
    const { raw, session } = stored('shell');
    const snapshot = snapshotOf(
      createStreamMemory(),
      raw,
      { session, directory },
      { from: serverMessageId('msg_other') },
    );
    const empty = { stored: false, busy: false, messages: [], requests: [] };
    expect(snapshot).toEqual({ ...empty, prompts: expect.not.arrayContaining(['msg_other']) });
  });

  it('does not hold what a lost run said', () => {
    const { raw, prompt, session } = stored('shell');
    const memory = createStreamMemory();
    const whole = snapshotOf(memory, raw, { session, directory }, { from: prompt });
    const [first] = whole.messages;
    memory.lost.set(first?.message.id ?? '', true);
    const rest = snapshotOf(memory, raw, { session, directory }, { from: prompt });
    expect(whole.messages.length).toBeGreaterThan(1);
    expect(rest.messages).toEqual(whole.messages.slice(1));
    for (const { message } of whole.messages) memory.lost.set(message.id, true);
    expect(snapshotOf(memory, raw, { session, directory }, { from: prompt })).toMatchObject({
      stored: true,
      messages: [],
    });
  });

  it('ends before a later prompt where told so', () => {
    const { raw, prompt, session } = stored('shell');
    const later = serverMessageId(raw.messages.at(-1)?.info.id ?? '');
    const span = { from: prompt, until: later };
    const whole = snapshotOf(createStreamMemory(), raw, { session, directory }, { from: prompt });
    expect(snapshotOf(createStreamMemory(), raw, { session, directory }, span).messages).toEqual(
      whole.messages.slice(0, -1),
    );
  });
});

describe('a snapshot of a run that a killed server left', () => {
  const first = readRecording('kill-and-restart').flatMap((line) =>
    'answered' in line && /^GET \/session\/\w+\/message$/.test(line.answered)
      ? [line.body as RawSession['messages']]
      : [],
  )[0];
  const messages = first ?? [];
  const prompt = serverMessageId(messages[0]?.info.id ?? '');
  const session = serverSessionId(messages[0]?.info.sessionID ?? '');
  const raw = { statuses: {}, permissions: [], questions: [], messages, children: [] };

  it('has an unfinished message, and a part of which nothing is known', () => {
    const [only] = snapshotOf(createStreamMemory(), raw, { session, directory }, { from: prompt }).messages;
    expect(only?.message.completedAt).toBeUndefined();
    expect(only?.parts).toMatchObject([{ type: 'text', text: '', done: false, gap: true }]);
    expect(looseEnd(raw, session)).toBe('unfinished');
  });

  it('goes on with what was heard of the part, where it was heard from its beginning', () => {
    const memory = createStreamMemory();
    const part = messages.at(-1)?.parts.find(({ type }) => type === 'text')?.id ?? '';
    const message = serverMessageId(messages.at(-1)?.info.id ?? '');
    memory.growing.set(part, { type: 'text', message, text: 'A date' });
    const [only] = snapshotOf(memory, raw, { session, directory }, { from: prompt }).messages;
    expect(only?.parts).toMatchObject([{ text: 'A date', done: false, gap: false }]);
  });
});
