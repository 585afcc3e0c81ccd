/** What Telegram tells, and what each update means for us. Pure. */
import type {
  CallbackQuery,
  Chat,
  ChatMember,
  ChatMemberUpdated,
  Message,
  MessageGenerationStopped,
  Update,
} from 'grammy/types';
import type { Author, InboundEvent, MessageEvent } from '../../src/core/channel.ts';
import { forwardedText } from '../../src/core/forwarded.ts';
import { addressOf, authorId, roomOf } from './address.ts';
import { attachmentsOf } from './attachments.ts';
import { authorOf, forwardedBy, nameOf, personOf } from './authors.ts';
import { tellingOf, unreadOf } from './contents.ts';
import type { Self } from './identity.ts';
import { answeredOf, quoteOf } from './quote.ts';
import { commandIn, namesOthers, wordingOf } from './wording.ts';

/** What an update means for us. */
export type Reading =
  | {
      readonly type: 'event';
      readonly event: InboundEvent;
      readonly query?: Query;
      /** The album that the message is a part of. */
      readonly album?: string;
    }
  /** A group became a supergroup and has another id. */
  | { readonly type: 'moved'; readonly from: string; readonly to: string }
  /** What the bot is in a chat has changed. */
  | { readonly type: 'standing'; readonly chat: string; readonly standing: MemberStanding }
  | { readonly type: 'nothing'; readonly query?: Query };

/** `blocked` and `unblocked`: by the person of a private chat. */
export type MemberStanding = 'added' | 'removed' | 'blocked' | 'unblocked';

/** A press that waits to be confirmed; `sentence`: shown to the one who pressed. */
export interface Query {
  readonly id: string;
  readonly sentence?: string;
}

/**
 * Kinds of updates that are asked for; all others are not even sent. Reactions of people are not among them: a sign
 * at a message is neither a word nor an approval.
 */
export const wantedUpdates = [
  'message',
  'edited_message',
  'callback_query',
  'my_chat_member',
  'stopped_message_generation',
] as const satisfies readonly (keyof Update)[];

const nothing: Reading = { type: 'nothing' };

/** `now`: for updates that do not say when they happened, epoch milliseconds. Pure. */
export function read(update: Update, self: Self, now: number): Reading {
  const id = String(update.update_id);
  if (update.message !== undefined) return readMessage(update.message, id, self);
  if (update.edited_message !== undefined) return readEdit(update.edited_message, id, self);
  if (update.callback_query !== undefined) return readPress(update.callback_query, id, self, now);
  if (update.stopped_message_generation !== undefined)
    return readStop(update.stopped_message_generation, id, self, now);
  return update.my_chat_member === undefined ? nothing : readStanding(update.my_chat_member);
}

function readMessage(message: Message, id: string, self: Self): Reading {
  const { chat, migrate_to_chat_id: to, migrate_from_chat_id: from } = message;
  if (to !== undefined) return { type: 'moved', from: String(chat.id), to: String(to) };
  if (from !== undefined) return { type: 'moved', from: String(from), to: String(chat.id) };
  const author = authorOf(message);
  if (author === undefined || author.id === authorId(self.id) || !isSaid(message)) return nothing;
  const base = { ...baseOf(message, id, author, self), message: String(message.message_id) };
  const answered = answeredOf(message);
  const reply = answered === undefined ? {} : { replyTo: String(answered.message_id) };
  const passed = forwardedBy(message);
  // What somebody only passes on is neither a command of theirs nor a call for us.
  const called = passed === undefined ? commandIn(message, self) : undefined;
  if (called === 'other') return nothing;
  if (called !== undefined)
    return { type: 'event', event: { ...base, ...reply, type: 'command', ...called } };
  const { text, mentioned } = wordingOf(message, self);
  const wanted = mentioned && passed === undefined;
  const attachments = attachmentsOf(message);
  const quote = quoteOf(message, self);
  const unread = unreadOf(message);
  return {
    type: 'event',
    event: {
      ...base,
      ...reply,
      type: 'message',
      text: passed === undefined || text === '' ? text : forwardedText(text, passed.name),
      ...toWhom(message, answered, self, wanted),
      ...(quote === undefined ? {} : { quote }),
      ...(unread === undefined ? {} : { unread }),
      ...(attachments.length === 0 ? {} : { attachments }),
    },
    ...albumOf(message),
  };
}

/** To us, or to others: it names people, or answers one who is not its author. `wanted`: it calls us. */
function toWhom(
  message: Message,
  answered: Message | undefined,
  self: Self,
  wanted: boolean,
): Pick<MessageEvent, 'addressed' | 'toOthers'> {
  const { from } = answered ?? {};
  if (message.chat.type === 'private' || wanted || from?.id === self.id) return { addressed: true };
  const toOthers = namesOthers(message, self) || (from !== undefined && from.id !== message.from?.id);
  return { addressed: false, ...(toOthers ? { toOthers } : {}) };
}

function albumOf({ media_group_id: album }: Message): { readonly album?: string } {
  return album === undefined ? {} : { album };
}

/** What a person put there, in contrast to what the chat tells about itself. */
function isSaid(message: Message): boolean {
  const { text, caption } = message;
  return (
    text !== undefined ||
    caption !== undefined ||
    tellingOf(message) !== '' ||
    unreadOf(message) !== undefined ||
    attachmentsOf(message).length > 0
  );
}

function readEdit(message: Message, id: string, self: Self): Reading {
  const author = authorOf(message);
  if (author === undefined || author.id === authorId(self.id) || !isSaid(message)) return nothing;
  const base = baseOf(message, id, author, self);
  const { text } = wordingOf(message, self);
  return {
    type: 'event',
    event: {
      ...base,
      type: 'message-edited',
      message: String(message.message_id),
      text,
      at: (message.edit_date ?? message.date) * 1000,
    },
    ...albumOf(message),
  };
}

function readPress(
  { id: query, from, message, data }: CallbackQuery,
  id: string,
  self: Self,
  now: number,
): Reading {
  if (message === undefined || data === undefined) return { type: 'nothing', query: { id: query } };
  // Of a message that can no longer be read the topic is not told.
  if (message.date === 0 && isForum(message.chat))
    return {
      type: 'nothing',
      query: { id: query, sentence: 'This message is too old for its buttons, so nothing was done.' },
    };
  return {
    type: 'event',
    event: {
      id,
      address: addressOf(message, self.adapter),
      author: personOf(from),
      room: roomOf(message),
      at: now,
      type: 'button',
      message: String(message.message_id),
      token: data,
    },
    query: { id: query },
  };
}

function isForum(chat: Chat): boolean {
  return chat.is_forum === true;
}

/** Stop, on a preview that shows life. */
function readStop(
  { chat, message_thread_id: topic }: MessageGenerationStopped,
  id: string,
  self: Self,
  now: number,
): Reading {
  const placed = {
    chat,
    ...(topic === undefined ? {} : { message_thread_id: topic, is_topic_message: true }),
  };
  const author = { id: authorId(chat.id), name: nameOf(chat) };
  return {
    type: 'event',
    event: {
      id,
      address: addressOf(placed, self.adapter),
      author,
      room: 'private',
      at: now,
      type: 'command',
      name: 'stop',
      text: '',
    },
  };
}

function readStanding({ chat, old_chat_member: before, new_chat_member: now }: ChatMemberUpdated): Reading {
  const alone = chat.type === 'private';
  if (isIn(before) === isIn(now)) return nothing;
  // Whoever writes for the first time unblocks nothing.
  if (alone && before.status === 'left') return nothing;
  const standing = isIn(now) ? (alone ? 'unblocked' : 'added') : alone ? 'blocked' : 'removed';
  return { type: 'standing', chat: String(chat.id), standing };
}

function isIn(member: ChatMember): boolean {
  const { status } = member;
  return status === 'restricted' ? member.is_member : status !== 'left' && status !== 'kicked';
}

function baseOf(message: Message, id: string, author: Author, { adapter }: Self) {
  return {
    id,
    address: addressOf(message, adapter),
    author,
    room: roomOf(message),
    at: message.date * 1000,
  };
}
