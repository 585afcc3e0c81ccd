import type { Attachment } from '../../src/core/channel.ts';
import { ChannelError, UserError } from '../../src/core/errors.ts';
import { type Files, fileLimits, isComplete } from './files.ts';
import type { FileFacts, FileRecord } from './records.ts';

const megabyte = 1024 * 1024;

/** Is there room for this file at all? Throws `UserError`. */
export function checkFile({ name, size }: FileFacts): void {
  if (size === 0) throw new UserError(`${name} is empty, so it was not sent.`);
  if (size > fileLimits.maxBytes)
    throw new UserError(
      `${name} is over ${fileLimits.maxBytes / megabyte} MB; put it into the project and name it instead.`,
    );
}

/** The files with these ids, which belong to a message from now on. Throws `UserError`. */
export async function attach(files: Files, ids: readonly string[]): Promise<readonly FileFacts[]> {
  const records: FileRecord[] = [];
  for (const id of ids) {
    const record = await files.find(id);
    if (record === undefined || !isComplete(record))
      throw new UserError(
        `${record?.name ?? 'A file'} is not here (any more), so nothing was sent. Attach it again, then send.`,
      );
    records.push(record);
  }
  checkTogether(records);
  for (const record of records) if (!record.sent) await files.keep(record);
  return records.map(({ id, name, mime, size }) => ({ id, name, mime, size }));
}

function checkTogether(files: readonly FileFacts[]): void {
  const { maxCount, maxTotalBytes } = fileLimits;
  if (files.length > maxCount)
    throw new UserError(`At most ${maxCount} files go with one message. Send the others with another one.`);
  if (files.reduce((sum, { size }) => sum + size, 0) > maxTotalBytes)
    throw new UserError(
      `The files are over ${maxTotalBytes / megabyte} MB together. Send some of them with another message.`,
    );
}

/** Throws `ChannelError`; never reads more than `maxBytes` and one part. */
export async function download(
  files: Files,
  { id }: Attachment,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const end = () => reject(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([aborted, read(files, id, maxBytes)]);
  } catch (cause) {
    if (cause instanceof ChannelError || signal.aborted) throw cause;
    throw new ChannelError({ reason: 'unavailable' }, 'the page could not read the file', { cause });
  } finally {
    signal.removeEventListener('abort', end);
  }
}

async function read(files: Files, id: string, maxBytes: number): Promise<Uint8Array> {
  const record = await files.find(id);
  if (record === undefined || !isComplete(record)) throw gone(id);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of files.read(record)) {
    size += part.length;
    if (size > maxBytes) throw new ChannelError({ reason: 'rejected' }, `file ${record.id} is too large`);
    parts.push(part);
  }
  if (size !== record.size) throw gone(record.id);
  return new Uint8Array(Buffer.concat(parts));
}

function gone(id: string): ChannelError {
  return new ChannelError({ reason: 'gone' }, `file ${id.slice(0, 64)} is not there`);
}
