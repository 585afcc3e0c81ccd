/** The content of a post: how it is made and hashed. */
import { createHash } from 'node:crypto';
import type { ChannelAdapter, MessageId, Outbound, OutboundFile, ThreadAddress } from '../../core/channel.ts';
import { ChannelError } from '../../core/errors.ts';
import { isFile } from '../../core/outbound.ts';

/** Makes the message: a post, or the upload of a file. */
export async function putPost(
  adapter: ChannelAdapter,
  address: ThreadAddress,
  content: Outbound,
  key: string,
): Promise<MessageId> {
  if (!isFile(content)) return adapter.post(address, content, key);
  if (adapter.upload === undefined)
    throw new ChannelError({ reason: 'rejected' }, 'the platform takes no files');
  return adapter.upload(address, content, key);
}

/**
 * A file as it is sent for the second time where nobody can find out whether the first one arrived. It cannot be
 * born empty as a text is, so at worst it stands there twice, and the second one says why.
 */
export function sentAgain(file: OutboundFile): OutboundFile {
  const note = 'Sent again, since it is not known whether it arrived the first time.';
  return { ...file, markdown: file.markdown === '' ? note : `${file.markdown}\n\n${note}` };
}

/** Two contents that show the same have the same hash. */
export function hashOf(content: Outbound): string {
  const hash = createHash('sha1');
  if (!isFile(content)) return hash.update(ordered(content)).digest('base64url');
  const { bytes, ...words } = content;
  return hash.update(ordered(words)).update(bytes).digest('base64url');
}

/** The order of fields is not the same after a way through the store. */
function ordered(content: object): string {
  return JSON.stringify(content, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
