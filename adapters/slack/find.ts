import type { MessageId, ThreadAddress } from '../../src/core/channel.ts';
import type { Client } from './client.ts';
import { main } from './inbound.ts';
import { keyIn } from './metadata.ts';

/** Messages a page. */
const pageSize = 200;

/**
 * The post that bears this key. A direct message's or a channel's own conversation is read from its newest message on,
 * a thread from its first.
 */
export async function findPost(
  client: Client,
  address: ThreadAddress,
  key: string,
): Promise<MessageId | undefined> {
  let cursor: string | undefined;
  do {
    const page = await read(client, address, cursor);
    const found = page.messages?.find(({ metadata }) => keyIn(metadata) === key);
    if (found?.ts !== undefined) return found.ts;
    cursor = page.response_metadata?.next_cursor || undefined;
  } while (cursor !== undefined);
  return undefined;
}

function read(client: Client, { channel, thread }: ThreadAddress, cursor: string | undefined) {
  const page = {
    channel,
    limit: pageSize,
    include_all_metadata: true,
    ...(cursor === undefined ? {} : { cursor }),
  };
  return thread === main
    ? client.conversations.history(page)
    : client.conversations.replies({ ...page, ts: thread });
}
