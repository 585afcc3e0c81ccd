import type { HostLog, MessageId, ThreadAddress } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import { createRecent } from '../../src/lib/recent.ts';
import { inChat, type Sender } from './outbound.ts';

/** Signs at messages that were heard. */
export interface Reactions {
  /** Puts the sign there, once; where it cannot be put, nothing is missing but the sign. Does not reject for that. */
  show(address: ThreadAddress, message: MessageId): Promise<void>;
}

/** Every chat that allows some reactions has it by default. */
const eyes = '👀';
/** Messages and chats that are remembered. */
const most = 1000;

export function createReactions(sender: Sender, log: Pick<HostLog, 'debug'>): Reactions {
  // Messages that have the sign, and chats that refused one.
  const done = createRecent<string, true>(most);
  const isDone = (key: string) => done.get(key) === true;
  return {
    async show(address, message) {
      const { channel } = address;
      const key = `${channel}/${message}`;
      if (isDone(channel) || isDone(key)) return;
      done.set(key, true);
      try {
        await inChat(sender, address, 'setMessageReaction', ({ chat }) =>
          sender.api.setMessageReaction(chat, Number(message), [{ type: 'emoji', emoji: eyes }]),
        );
      } catch (error) {
        if (!(error instanceof ChannelError)) throw error;
        if (/REACTION/.test(error.message)) done.set(channel, true);
        log.debug({ chat: channel, answer: error.message }, 'a message got no sign that it was heard');
      }
    },
  };
}
