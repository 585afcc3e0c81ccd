import { chatOf } from '../chats.ts';
import { Refusal } from '../refusal.ts';
import {
  answerCallbackQuery,
  createMenus,
  deleteWebhook,
  getMe,
  getUpdates,
  getWebhookInfo,
  setWebhook,
} from './account.ts';
import type { Method } from './call.ts';
import { sendMessageDraft, sendRichMessageDraft } from './drafts.ts';
import {
  deleteMessage,
  editMessageReplyMarkup,
  editMessageText,
  sendChatAction,
  setMessageReaction,
} from './editing.ts';
import { getFile } from './files.ts';
import { getChatMember } from './members.ts';
import { openRoomOf } from './places.ts';
import { sendDocument, sendMessage, sendRichMessage } from './sending.ts';
import { closeForumTopic, createForumTopic, editForumTopic, reopenForumTopic } from './topics.ts';

export type Methods = Readonly<Record<string, Method>>;

/** Names are compared without case, as the server does. */
export function createMethods(): Methods {
  const methods: Methods = {
    getMe,
    getUpdates,
    setWebhook,
    deleteWebhook,
    getWebhookInfo,
    answerCallbackQuery,
    ...createMenus(),
    getChat: (call) => chatOf(openRoomOf(call)),
    getChatMember,
    sendMessage,
    sendRichMessage: whereRich(sendRichMessage),
    sendDocument,
    sendChatAction,
    sendMessageDraft,
    sendRichMessageDraft: whereRich(sendRichMessageDraft),
    editMessageText,
    editMessageReplyMarkup,
    deleteMessage,
    setMessageReaction,
    createForumTopic,
    editForumTopic,
    closeForumTopic,
    reopenForumTopic,
    getFile,
  };
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [name.toLowerCase(), method]));
}

function whereRich(method: Method): Method {
  return (call) => {
    if (!call.world.abilities.rich) throw new Refusal(404, 'Not Found: method not found');
    return method(call);
  };
}
