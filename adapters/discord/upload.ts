import type { MessageId, OutboundFile, ThreadAddress } from '../../src/core/channel.ts';
import { newBodyOf } from './content.ts';
import { opened } from './opening.ts';
import { create, reference, type Sender } from './outbound.ts';

/** A file as a message of its own. */
export async function upload(
  sender: Sender,
  address: ThreadAddress,
  { name, mime, bytes, markdown, silent, replyTo }: OutboundFile,
  key: string,
): Promise<MessageId> {
  const earlier = sender.nonces.get(address.thread, key);
  if (earlier !== undefined) return earlier;
  const channel = await opened(sender, address);
  const body = {
    ...newBodyOf({ kind: 'notice', markdown, buttons: [], live: false, silent }),
    ...(markdown.trim() === '' ? { content: '' } : {}),
    ...reference(sender, address, replyTo),
    attachments: [{ id: '0', filename: name }],
  };
  const file = { name, contentType: mime, data: Buffer.from(bytes) };
  const id = await create(sender, address, channel, { body, files: [file] }, key);
  await sender.threads.joined(address, id);
  return id;
}
