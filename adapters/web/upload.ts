import type { MessageId, OutboundFile, ThreadAddress } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import type { Board } from './board.ts';
import { type Files, fileIdOf, fileLimits } from './files.ts';
import { find } from './find.ts';
import { post, stored } from './outbound.ts';
import type { FileFacts } from './records.ts';

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
