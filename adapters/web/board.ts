/** How threads change: every change is stored or noted, then shown to all pages that look at it. */
import type { Archive, OpenThread } from './archive.ts';
import type { Feed } from './feed.ts';
import type { MessageRecord, ThreadRecord } from './records.ts';
import { stateOf } from './summary.ts';
import type { Show } from './wire.ts';

/** A streaming message is stored this often at most: a crash costs what was shown since, which the agent still knows. */
const streamStoreMs = 5000;

/** The threads as people see them: what is kept, and who is told of a change. */
export interface Board {
  readonly archive: Archive;
  readonly feed: Feed;
  readonly show: Show;
  /** Epoch milliseconds. */
  now(): number;
  /** A short random word, for ids. */
  random(): string;
}

/** Place and id of the next message; ids are never used twice, also when the message is removed. */
export function nextPlace(board: Board, thread: OpenThread): { id: string; sequence: number; at: number } {
  thread.sequence += 1;
  const id = `${String(thread.sequence).padStart(8, '0')}-${board.random()}`;
  return { id, sequence: thread.sequence, at: board.now() };
}

/** The message that was made with this key: a post of ours, or what the page sent, which may come twice. */
export function byKey(
  thread: OpenThread,
  from: MessageRecord['from'],
  key: string,
): MessageRecord | undefined {
  for (const message of thread.messages.values())
    if (message.from === from && message.key === key) return message;
  return undefined;
}

/** Stores the message, then shows it. `changes`: to the thread's row, where it has any. */
export async function putMessage(
  board: Board,
  thread: OpenThread,
  message: MessageRecord,
  changes: Partial<ThreadRecord> = {},
): Promise<void> {
  await board.archive.putMessage(thread, message);
  announce(board, thread, message);
  await refreshThread(board, thread, changes);
}

/** Shows a message that will change again soon; it is stored now and then. */
export async function streamMessage(board: Board, thread: OpenThread, message: MessageRecord): Promise<void> {
  const since = thread.unwritten.get(message.id) ?? board.now();
  thread.messages.set(message.id, message);
  thread.unwritten.set(message.id, since);
  announce(board, thread, message);
  if (board.now() - since >= streamStoreMs) await board.archive.putMessage(thread, message);
  await refreshThread(board, thread, {});
}

export async function removeMessage(board: Board, thread: OpenThread, id: string): Promise<void> {
  await board.archive.removeMessage(thread, id);
  const { id: name } = thread.record;
  board.feed.publish(name, () => ({ type: 'removed', thread: name, id }));
  await refreshThread(board, thread, {});
}

function announce(board: Board, thread: OpenThread, message: MessageRecord): void {
  if (message.from === 'person' && !message.taken) return;
  const { id } = thread.record;
  board.feed.publish(id, () => ({ type: 'message', thread: id, message: board.show(message) }));
}

/** Writes the thread's row only when what it says has changed. */
async function refreshThread(
  board: Board,
  thread: OpenThread,
  changes: Partial<ThreadRecord>,
): Promise<void> {
  const before = thread.record;
  const { archived, ...shown } = before;
  // Something was added to it: it is not put away any more.
  const kept = archived === undefined || changes.activeAt !== undefined ? {} : { archived };
  const after = { ...shown, ...kept, ...changes, state: stateOf(thread.messages.values()) };
  if (after.state === before.state && after.title === before.title && after.activeAt === before.activeAt)
    return;
  await board.archive.putThread(after);
  thread.record = after;
  board.feed.publishAll({ type: 'thread', thread: after });
}
