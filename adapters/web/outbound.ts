import type { MessageId, OutboundFile, OutboundMessage, ThreadAddress } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import type { OpenThread } from './archive.ts';
import { type Board, byKey, nextPlace, putMessage, removeMessage, streamMessage } from './board.ts';
import { type Files, fileIdOf, fileLimits } from './files.ts';
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

/** The file is kept before the message shows it; a try that broke off in between is taken up by the next one. */
export async function upload(
  board: Board,
  files: Files,
  address: ThreadAddress,
  file: OutboundFile,
  key: string,
): Promise<MessageId> {
  const { name, mime, bytes, markdown, silent, replyTo } = file;
  if (bytes.length === 0 || bytes.length > fileLimits.maxBytes)
    throw new ChannelError({ reason: 'rejected' }, `a file of ${bytes.length} bytes is not taken`);
  const known = await find(board, address, key);
  if (known !== undefined) return known;
  const facts = { id: fileIdOf(address.thread, key), name, mime, size: bytes.length };
  await stored(() => keepWhole(files, facts, bytes));
  const answer = replyTo === undefined ? {} : { replyTo };
  const content = { kind: 'text', markdown, buttons: [], live: false, silent, ...answer } as const;
  return post(board, address, content, key, [facts]);
}

async function keepWhole(files: Files, facts: FileFacts, bytes: Uint8Array): Promise<void> {
  const { parts } = await files.begin(facts);
  const { partBytes } = fileLimits;
  for (let index = parts; index * partBytes < bytes.length; index += 1)
    await files.add(facts.id, index, bytes.subarray(index * partBytes, (index + 1) * partBytes));
  const record = await files.find(facts.id);
  if (record !== undefined) await files.keep(record);
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

export async function find(
  board: Board,
  address: ThreadAddress,
  key: string,
): Promise<MessageId | undefined> {
  return inThread(board, address, async (thread) => byKey(thread, 'agent', key)?.id);
}

/** Changes of one thread go one after another. */
async function inThread<T>(
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
async function stored<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (cause) {
    if (cause instanceof ChannelError) throw cause;
    throw new ChannelError({ reason: 'unavailable' }, 'the page could not store the message', { cause });
  }
}
