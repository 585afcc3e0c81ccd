import type { Attachment } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import { orAborted } from '../../src/lib/abort.ts';
import { type Files, isComplete } from './files.ts';

/** Throws `ChannelError`; never reads more than `maxBytes` and one part. */
export async function download(
  files: Files,
  { id }: Attachment,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  try {
    signal.throwIfAborted();
    return await orAborted(read(files, id, maxBytes), signal);
  } catch (cause) {
    if (cause instanceof ChannelError || signal.aborted) throw cause;
    throw new ChannelError({ reason: 'unavailable' }, 'the page could not read the file', { cause });
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
