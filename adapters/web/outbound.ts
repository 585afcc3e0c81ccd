import type { MessageId, OutboundMessage, ThreadAddress } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import type { OpenThread } from './archive.ts';
import { type Board, byKey, nextPlace, putMessage, removeMessage, streamMessage } from './board.ts';

export async function post(
  board: Board,
  address: ThreadAddress,
  content: OutboundMessage,
  key: string,
): Promise<MessageId> {
  return inThread(board, address, async (thread) => {
    const known = byKey(thread, 'agent', key);
    if (known !== undefined) return known.id;
    const place = nextPlace(board, thread);
    const title = thread.record.title || 'New thread';
    await putMessage(board, thread, { ...place, from: 'agent', key, content }, { activeAt: place.at, title });
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

export async function remove(board: Board, address: ThreadAddress, id: MessageId): Promise<void> {
  await inThread(board, address, async (thread) => {
    if (thread.messages.get(id)?.from === 'agent') await removeMessage(board, thread, id);
  });
}

export async function find(
  board: Board,
  address: ThreadAddress,
  key: string,
): Promise<MessageId | undefined> {
  return inThread(board, address, async (thread) => byKey(thread, 'agent', key)?.id);
}

/** Changes of one thread go one after another. What the documents refuse is an outage, and may be tried again. */
async function inThread<T>(
  board: Board,
  address: ThreadAddress,
  change: (thread: OpenThread) => Promise<T>,
): Promise<T> {
  try {
    return await board.archive.inTurn(address.thread, async () => {
      const thread = await board.archive.open(address.thread);
      if (thread === undefined)
        throw new ChannelError({ reason: 'gone' }, `thread ${address.thread} is not there`);
      return change(thread);
    });
  } catch (cause) {
    if (cause instanceof ChannelError) throw cause;
    throw new ChannelError({ reason: 'unavailable' }, 'the page could not store the message', { cause });
  }
}
