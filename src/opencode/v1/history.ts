/** What was said in a session, by whom it was answered, and taking it back. */
import type { SessionRef } from '../../core/agent.ts';
import { type ServerMessageId, serverMessageId } from '../../core/ids.ts';
import type { Doings, History, Past, RunDone } from '../../core/library.ts';
import { type Calls, refusalStatus } from './calls.ts';
import { beginsRun, isAnswer, isCompaction, isPrompt, wordsOf } from './runs.ts';
import { type RawMessage, readStored } from './stored.ts';

/** Messages that are looked through, the newest of the session. */
const mostMessages = 100;

export function createHistory(calls: Calls): History {
  return {
    read: (ref) => read(calls, ref),
    since: (ref, at) => since(calls, ref, at),
    exists: (ref) => exists(calls, ref),
    async isBusy({ session, directory }) {
      const statuses = await calls('read the status', (client, options) =>
        client.session.status({ directory }, options),
      );
      return (statuses[session]?.type ?? 'idle') !== 'idle';
    },
    async revert({ session: sessionID, directory }, messageID) {
      await calls('take it back', (client, options) =>
        client.session.revert({ sessionID, directory, messageID }, options),
      );
    },
    async unrevert({ session: sessionID, directory }) {
      await calls('bring it back', (client, options) =>
        client.session.unrevert({ sessionID, directory }, options),
      );
    },
  };
}

async function exists(calls: Calls, { session: sessionID, directory }: SessionRef): Promise<boolean> {
  try {
    await calls('read the session', (client, options) =>
      client.session.get({ sessionID, directory }, options),
    );
    return true;
  } catch (error) {
    if (refusalStatus(error) === 404) return false;
    throw error;
  }
}

/** A note of a program, and what the server writes by itself in a person's place, are no prompts of people. */
async function read(calls: Calls, ref: SessionRef): Promise<Past> {
  const { session: sessionID, directory } = ref;
  const [info, { messages }] = await Promise.all([
    calls('read the session', (client, options) => client.session.get({ sessionID, directory }, options)),
    readStored(calls, ref, undefined, mostMessages),
  ]);
  const parents = new Set(messages.flatMap((raw) => (isAnswer(raw) ? [raw.info.parentID] : [])));
  const prompts = messages.filter(isPrompt).flatMap((raw) => {
    const text = wordsOf(raw);
    return text === ''
      ? []
      : [{ id: serverMessageId(raw.info.id), text, answered: parents.has(raw.info.id) }];
  });
  const reverted = info.revert?.messageID;
  return { prompts, reverted: reverted === undefined ? undefined : serverMessageId(reverted) };
}

/** Runs that were begun after this time of the server's clock. */
async function since(calls: Calls, ref: SessionRef, at: number): Promise<Doings> {
  const { session: sessionID, directory } = ref;
  const { time } = await calls('read the session', (client, options) =>
    client.session.get({ sessionID, directory }, options),
  );
  const { messages } = await readStored(calls, ref, (list) => (list[0]?.info.time.created ?? 0) < at);
  const runs: RunDone[] = [];
  let head: ServerMessageId | undefined;
  for (const [place, raw] of messages.entries()) {
    if (beginsRun(messages, place)) head = undefined;
    if (!isAnswer(raw) || raw.info.summary === true) continue;
    const message = serverMessageId(raw.info.parentID);
    head ??= message;
    if (raw.info.time.created <= at || runs.some((run) => run.message === message)) continue;
    const said = messages.find(({ info }) => info.id === message);
    // The server goes on with what it said to itself after a summary.
    if (message !== head && (said === undefined || wordsOf(said) === '' || isCompaction(said))) continue;
    runs.push({ ...sayingOf(message, said), within: message === head ? undefined : head });
  }
  const answered = messages.filter(isAnswer).map(({ info }) => info.time.created);
  return { runs, at: Math.max(at, time.updated, ...answered) };
}

function sayingOf(message: ServerMessageId, said: RawMessage | undefined): Omit<RunDone, 'within'> {
  if (said === undefined) return { message, text: undefined, byProgram: false };
  const text = wordsOf(said);
  const hidden = said.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  return { message, text: text === '' ? hidden : text, byProgram: text === '' };
}
