import { UserError } from '../../src/core/errors.ts';
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
export async function attachFiles(files: Files, ids: readonly string[]): Promise<readonly FileFacts[]> {
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
