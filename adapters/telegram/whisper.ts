import type { InboundEvent } from '../../src/core/channel.ts';
import { isGroup, userOf } from './address.ts';
import { refusalOf } from './failures.ts';
import { format } from './format.ts';
import { neutral } from './neutral.ts';
import { inChat, looks, replyTo, type Sender } from './outbound.ts';
import { joined, plain, type Styled } from './styled.ts';

/**
 * In a private chat there is nobody else. In a group the server may show a message to one person only; where it
 * cannot, the same call makes a short silent reply, which names whom it is for.
 */
export function whisper(sender: Sender, event: InboundEvent, sentence: string): Promise<void> {
  const { abilities } = sender;
  const { address, author } = event;
  const message = 'message' in event ? event.message : undefined;
  const receiver = isGroup(address) ? userOf(author.id) : undefined;
  return inChat(sender, address, 'sendMessage', async ({ chat, ...topic }) => {
    const send = ({ text, entities }: Styled, alone: boolean) =>
      sender.api.sendMessage(chat, text, {
        ...topic,
        ...looks(entities),
        disable_notification: true,
        ...replyTo(message),
        ...(alone && receiver !== undefined
          ? { ephemeral_message_parameters: { receiver_user_id: receiver } }
          : {}),
      });
    const told = format(sentence);
    const named =
      isGroup(address) && event.type === 'button' ? joined([plain(`${neutral(author.name)}: `), told]) : told;
    if (!abilities.ephemeral || receiver === undefined) {
      await send(named, false);
      return;
    }
    try {
      const sent = await send(named, true);
      // A server that does not know the parameter has posted it for all to see.
      if (sent.message_id !== 0) abilities.ephemeral = false;
    } catch (error) {
      if (refusalOf(error)?.code !== 400) throw error;
      await send(named, false);
    }
  });
}
