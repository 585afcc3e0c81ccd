import type { ThreadAddress } from '../../src/core/channel.ts';
import { channelError } from './failures.ts';
import { opened } from './opening.ts';
import type { Sender } from './outbound.ts';

/** Shown for ten seconds, or until a message of ours stands there. */
export async function showTyping(sender: Sender, address: ThreadAddress): Promise<void> {
  const channel = await opened(sender, address);
  try {
    await sender.call({ method: 'post', path: `/channels/${channel}/typing` });
  } catch (error) {
    throw channelError('typing', error);
  }
}
