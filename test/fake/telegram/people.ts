/** What people do in their clients. */
import type {
  Chat,
  ChatMember,
  InlineKeyboardButton,
  Message,
  MessageEntity,
  MessageOrigin,
  User,
} from 'grammy/types';
import { chatOf, createRoom, type Room, type Standing } from './chats.ts';
import { accepted } from './entities.ts';
import { mediaOf, type Sending } from './media.ts';
import { type Content, messageIn, type Origin, type Speaker, type Stored, toApi } from './messages.ts';
import { openTopic } from './methods/topics.ts';
import { announce, type Press, put, tell, type World } from './world.ts';

export interface Saying {
  readonly topic?: number | undefined;
  readonly replyTo?: number;
  /** Unset: found in the text, as a client sends it. */
  readonly entities?: readonly MessageEntity[];
  /** `group`: as an anonymous administrator; a channel: on its behalf. */
  readonly behind?: 'group' | Room;
  readonly file?: Sending;
  /** The part of the answered message that is quoted. */
  readonly quoting?: string;
  /** What the message answers stands in another chat. */
  readonly elsewhere?: NonNullable<Origin['elsewhere']>;
  /** Whose words these are: the person only passes them on. */
  readonly forward?: MessageOrigin;
  /** What the message holds instead of a text, as the API tells it: a poll, a place, a sticker. */
  readonly other?: Partial<Message>;
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
  /** Several files as one; the text stands below the first. Returns all of its messages. */
  sendAlbum(chat: number, text: string, files: readonly Sending[], how?: Saying): readonly number[];
  /** Puts a sign at a message. */
  react(chat: number, message: number, sign: string): void;
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
    sendAlbum: (chat, text, files, how = {}) => sendAlbum(world, user, roomBy(world, chat), text, files, how),
    react: (chat, message, sign) => react(world, user, roomBy(world, chat), message, sign),
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

function say(world: World, user: User, room: Room, text: string, how: Saying, album?: string): Stored {
  if (room.movedTo !== undefined) throw new Error(`${room.title} has moved`);
  if (room.type === 'private' && room.bot === 'never') stand(world, room, user, 'member');
  const message = put(world, room, {
    from: speaker(user, room, how),
    topic: how.topic,
    content: contentOf(world, text, how),
    replyTo: how.replyTo,
    origin: originOf(room, how, album),
    at: how.at ?? world.now(),
  });
  announce(world, message);
  return message;
}

/** Documents go with documents only, and at most ten files with one another. */
function sendAlbum(
  world: World,
  user: User,
  room: Room,
  text: string,
  files: readonly Sending[],
  how: Saying,
): readonly number[] {
  const documents = files.filter(({ kind }) => kind === 'document').length;
  if (files.length < 2 || files.length > 10 || (documents > 0 && documents < files.length))
    throw new Error('these files are no album');
  const album = String(13_000_000 + world.ids.next());
  return files.map((file, at) => say(world, user, room, at === 0 ? text : '', { ...how, file }, album).id);
}

function originOf(
  room: Room,
  { replyTo, quoting, elsewhere, forward }: Saying,
  album: string | undefined,
): Origin {
  const { text, caption = '' } = messageIn(room, replyTo)?.content ?? {};
  const position = quoting === undefined ? 0 : (text ?? caption).indexOf(quoting);
  if (position < 0 && elsewhere === undefined) throw new Error('people quote only what stands there');
  return {
    ...(album === undefined ? {} : { album }),
    ...(quoting === undefined
      ? {}
      : { quote: { text: quoting, position: Math.max(0, position), is_manual: true } }),
    ...(elsewhere === undefined ? {} : { elsewhere }),
    ...(forward === undefined ? {} : { forward }),
  };
}

/** Bots are told of it where they are administrators and have asked for it. */
function react(world: World, user: User, room: Room, id: number, sign: string): void {
  const message = shownBy(room, id);
  if (room.type !== 'private' && room.bot !== 'administrator') return;
  tell(world, room, {
    message_reaction: {
      chat: chatOf(room),
      message_id: message.id,
      user,
      date: Math.floor(world.now() / 1000),
      old_reaction: [],
      new_reaction: [{ type: 'emoji', emoji: sign as never }],
    },
  });
}

function speaker(user: User, room: Room, { behind }: Saying): Speaker {
  if (room.type === 'channel') return { user: channelBot, chat: room };
  if (behind === undefined) return { user };
  return behind === 'group' ? { user: groupAnonymousBot, chat: room } : { user: channelBot, chat: behind };
}

function contentOf(world: World, text: string, { entities = [], file, other }: Saying): Content {
  if (other !== undefined) return { other };
  const said = accepted(text, entities);
  if (file === undefined) return said;
  const media = mediaOf(world, file);
  return said.text === '' ? { media } : { caption: said.text, entities: said.entities, media };
}

function edit(world: World, user: User, room: Room, id: number, text: string): void {
  const message = shownBy(room, id);
  if (message.from.user.id !== user.id) throw new Error('people edit only what they wrote');
  const { text: words, entities } = accepted(text, []);
  message.content =
    message.content.media !== undefined
      ? { ...message.content, caption: words, entities }
      : { text: words, entities };
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
