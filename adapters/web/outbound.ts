/** Messages of the agent: the page is itself the platform, so posting and editing is storing and showing. */
import type { MessageId, OutboundMessage, ThreadAddress } from '../../src/core/channel.ts';
import { clip } from '../../src/core/clip.ts';
import { ChannelError } from '../../src/core/errors.ts';
import type { OpenThread } from './archive.ts';
import { type Board, byKey, nextPlace, putMessage, removeMessage, streamMessage } from './board.ts';
import type { Files } from './files.ts';
import type { FileFacts } from './records.ts';

export async function post(
  board: Board,
  address: ThreadAddress,
  content: OutboundMessage,
  key: string,
  files: FileFacts[] = [],
): Promise<MessageId> {
  return inThread(board, address, async (thread) => {
    const known = byKey(thread, 'agent', key);
    if (known !== undefined) return known.id;
    const place = nextPlace(board, thread);
    const title = thread.record.title || 'New thread';
    const shown = files.length === 0 ? { content } : { content, files };
    await putMessage(
      board,
      thread,
      { ...place, from: 'agent', key, ...shown },
      { activeAt: place.at, title },
    );
    return place.id;
  });
}

export async function edit(
  board: Board,
  address: ThreadAddress,
  id: MessageId,
  content: OutboundMessage,
): Promise<void> {
  await inThread(board, address, async (thread) => {
    const known = thread.messages.get(id);
    if (known?.from !== 'agent')
      throw new ChannelError({ reason: 'gone' }, `message ${id} is no longer there`);
    const message = { ...known, content };
    await (content.live ? streamMessage(board, thread, message) : putMessage(board, thread, message));
  });
}

export async function remove(
  board: Board,
  files: Files,
  address: ThreadAddress,
  id: MessageId,
): Promise<void> {
  await inThread(board, address, async (thread) => {
    const message = thread.messages.get(id);
    if (message?.from !== 'agent') return;
    for (const file of message.files ?? []) await files.remove(file.id);
    await removeMessage(board, thread, id);
  });
}

const longestTitle = 100;

/** The session's name, where people see the thread's. */
export function entitle(board: Board, address: ThreadAddress, name: string): Promise<void> {
  return inThread(board, address, async (thread) => {
    const record = { ...thread.record, title: clip(name, longestTitle) };
    await board.archive.putThread(record);
    board.feed.publishAll({ type: 'thread', thread: record });
  });
}

/** Changes of one thread go one after another. */
export async function inThread<T>(
  board: Board,
  address: ThreadAddress,
  change: (thread: OpenThread) => Promise<T>,
): Promise<T> {
  return stored(() =>
    board.archive.inTurn(address.thread, async () => {
      const thread = await board.archive.open(address.thread);
      if (thread === undefined)
        throw new ChannelError({ reason: 'gone' }, `thread ${address.thread} is not there`);
      return change(thread);
    }),
  );
}

/** What the documents refuse is an outage, and may be tried again. */
export async function stored<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (cause) {
    if (cause instanceof ChannelError) throw cause;
    throw new ChannelError({ reason: 'unavailable' }, 'the page could not store the message', { cause });
  }
}
