/** What people do in their clients. */
import type { Chat, ChatMember, InlineKeyboardButton, MessageEntity, User } from 'grammy/types';
import { chatOf, createRoom, type Room, type Standing } from './chats.ts';
import { accepted } from './entities.ts';
import { type Content, messageIn, type Speaker, type Stored, toApi } from './messages.ts';
import { type FileToKeep, keep } from './methods/files.ts';
import { openTopic } from './methods/topics.ts';
import { announce, type Press, put, tell, type World } from './world.ts';

export interface Saying {
  readonly topic?: number | undefined;
  readonly replyTo?: number;
  /** Unset: found in the text, as a client sends it. */
  readonly entities?: readonly MessageEntity[];
  /** `group`: as an anonymous administrator; a channel: on its behalf. */
  readonly behind?: 'group' | Room;
  readonly document?: FileToKeep;
  readonly photo?: FileToKeep;
  /** Epoch milliseconds; unset: now. */
  readonly at?: number;
}

/** The made-up person behind whoever speaks as the group itself. */
const groupAnonymousBot: User = {
  id: 1_087_968_824,
  is_bot: true,
  first_name: 'Group',
  username: 'GroupAnonymousBot',
};
const channelBot: User = { id: 136_817_688, is_bot: true, first_name: 'Channel', username: 'Channel_Bot' };

export interface Person {
  readonly user: User;
  /** The private chat with the bot. */
  readonly chat: number;
  say(chat: number, text: string, how?: Saying): number;
  edit(chat: number, message: number, text: string): void;
  /** The person takes a message away; no bot is told. */
  remove(chat: number, message: number): void;
  /** Presses a button by its label; rejects where the message does not show it. Returns the press. */
  press(chat: number, message: number, label: string): Press;
  /** A client that was tampered with sends any data. */
  forge(chat: number, message: number, data: string): Press;
  /** Presses Stop on the preview of an answer. */
  stopDraft(topic?: number): void;
  openTopic(name: string): number;
  block(blocked: boolean): void;
}

export function createPerson(world: World, name: string): Person {
  const id = world.ids.next() * 1000;
  const user: User = {
    id,
    is_bot: false,
    first_name: name,
    username: `${name.toLowerCase()}_here`,
    language_code: 'en',
  };
  const own = createRoom(id, 'private', name, { person: user, bot: 'never' });
  world.rooms.set(id, own);
  return {
    user,
    chat: id,
    say: (chat, text, how = {}) => say(world, user, roomBy(world, chat), text, how).id,
    edit: (chat, message, text) => edit(world, user, roomBy(world, chat), message, text),
    remove(chat, message) {
      shownBy(roomBy(world, chat), message).deleted = true;
    },
    press: (chat, message, label) => press(world, user, roomBy(world, chat), message, label),
    forge: (chat, message, data) => pressed(world, user, shownBy(roomBy(world, chat), message), data),
    stopDraft: (topic) => stopDraft(world, own, topic),
    openTopic: (title) => openTopic(world, own, title, user),
    block: (blocked) => stand(world, own, user, blocked ? 'blocked' : 'member'),
  };
}

export function roomBy({ rooms }: World, chat: number): Room {
  const room = rooms.get(chat);
  if (room === undefined) throw new Error(`there is no chat ${chat}`);
  return room;
}

function shownBy(room: Room, id: number): Stored {
  const message = messageIn(room, id);
  if (message === undefined) throw new Error(`nobody sees a message ${id} in ${room.title}`);
  return message;
}

function say(world: World, user: User, room: Room, text: string, how: Saying): Stored {
  if (room.movedTo !== undefined) throw new Error(`${room.title} has moved`);
  if (room.type === 'private' && room.bot === 'never') stand(world, room, user, 'member');
  const message = put(world, room, {
    from: speaker(user, room, how),
    topic: how.topic,
    content: contentOf(world, text, how),
    replyTo: how.replyTo,
    at: how.at ?? world.now(),
  });
  announce(world, message);
  return message;
}

function speaker(user: User, room: Room, { behind }: Saying): Speaker {
  if (room.type === 'channel') return { user: channelBot, chat: room };
  if (behind === undefined) return { user };
  return behind === 'group' ? { user: groupAnonymousBot, chat: room } : { user: channelBot, chat: behind };
}

function contentOf(world: World, text: string, { entities = [], document, photo }: Saying): Content {
  const said = accepted(text, entities);
  if (document === undefined && photo === undefined) return said;
  const caption = said.text === '' ? {} : { caption: said.text, entities: said.entities };
  if (document !== undefined) return { ...caption, document: keep(world, document) };
  if (photo === undefined) return caption;
  const { file_id, file_unique_id, file_size = 0 } = keep(world, photo);
  const small = { file_id: `${file_id}s`, file_unique_id: `${file_unique_id}s`, width: 90, height: 60 };
  return { ...caption, photo: [small, { file_id, file_unique_id, file_size, width: 1280, height: 853 }] };
}

function edit(world: World, user: User, room: Room, id: number, text: string): void {
  const message = shownBy(room, id);
  if (message.from.user.id !== user.id) throw new Error('people edit only what they wrote');
  const { text: words, entities } = accepted(text, []);
  const files = message.content.document !== undefined || message.content.photo !== undefined;
  message.content = files ? { ...message.content, caption: words, entities } : { text: words, entities };
  message.editedAt = world.now();
  tell(world, room, { edited_message: toApi(message) as never });
}

function press(world: World, user: User, room: Room, id: number, label: string): Press {
  const message = shownBy(room, id);
  const buttons = (message.keyboard?.inline_keyboard ?? []).flat();
  const button = buttons.find(({ text }) => text === label);
  const data = dataOf(button);
  if (data === undefined) {
    const labels = buttons.map(({ text }) => text).join(', ');
    throw new Error(`message ${id} has no button "${label}"; it has: ${labels || 'none'}`);
  }
  return pressed(world, user, message, data);
}

function dataOf(button: InlineKeyboardButton | undefined): string | undefined {
  return button !== undefined && 'callback_data' in button ? button.callback_data : undefined;
}

function pressed(world: World, user: User, message: Stored, data: string): Press {
  const one: Press = {
    id: String(4_000_000 + world.ids.next()),
    by: user.id,
    at: world.now(),
    answer: undefined,
  };
  world.presses.set(one.id, one);
  const query = {
    id: one.id,
    from: user,
    message: toApi(message) as never,
    chat_instance: `i${message.room.id}`,
    data,
  };
  tell(world, message.room, { callback_query: query });
  return one;
}

function stopDraft(world: World, room: Room, topic: number | undefined): void {
  const place = `${room.id}/${topic ?? ''}`;
  const draft = world.drafts.get(place);
  if (draft?.canStop !== true) throw new Error('no preview shows Stop');
  world.drafts.delete(place);
  tell(world, room, {
    stopped_message_generation: {
      chat: chatOf(room) as Chat.PrivateChat,
      ...(topic === undefined ? {} : { message_thread_id: topic }),
      draft_id: draft.id,
    },
  });
}

/** The bot comes, goes, is blocked or made administrator; it is told of each. */
export function stand(world: World, room: Room, by: User, standing: Standing): void {
  const before = room.bot;
  if (before === standing) return;
  room.bot = standing;
  const change = {
    chat: chatOf(room) as never,
    from: by,
    date: Math.floor(world.now() / 1000),
    old_chat_member: memberOf(world, before),
    new_chat_member: memberOf(world, standing),
  };
  world.updates.add({ my_chat_member: change });
}

function memberOf({ me }: World, standing: Standing): ChatMember {
  const status = { member: 'member', administrator: 'administrator', left: 'left', never: 'left' } as const;
  const known = standing === 'kicked' || standing === 'blocked' ? 'kicked' : status[standing];
  return { status: known, user: me, ...(known === 'kicked' ? { until_date: 0 } : {}) } as ChatMember;
}
