import type { ThreadAddress } from '../../src/core/channel.ts';
import { isGroup } from './address.ts';
import { refusalOf } from './failures.ts';
import { inChat, type Sender } from './outbound.ts';

/** Of a preview; each thread has one at most. */
const draftId = 1;

/** The signs of life that Telegram has: a preview with a Stop in private chats, else "typing". */
export function showTyping(sender: Sender, address: ThreadAddress): Promise<void> {
  const { abilities } = sender;
  return inChat(sender, address, 'sendChatAction', async ({ chat, ...topic }) => {
    if (abilities.drafts && !isGroup(address)) {
      try {
        await sender.api.sendMessageDraft(chat, draftId, '', { ...topic, can_stop: true });
        return;
      } catch (error) {
        const code = refusalOf(error)?.code;
        if (code !== 400 && code !== 404) throw error;
        abilities.drafts = false;
      }
    }
    await sender.api.sendChatAction(chat, 'typing', topic);
  });
}
