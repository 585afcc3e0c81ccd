import type {
  ExternalReplyInfo,
  InlineKeyboardMarkup,
  InputRichMessage,
  Message,
  MessageEntity,
  MessageOrigin,
  TextQuote,
  User,
} from 'grammy/types';
import { chatOf, type Room } from './chats.ts';
import type { Media } from './media.ts';

/** Who speaks: a person or a bot; with `chat`, as a group or a channel behind a made-up person. */
export interface Speaker {
  readonly user: User;
  readonly chat?: Room;
}

export interface Content {
  readonly text?: string;
  readonly entities?: readonly MessageEntity[];
  readonly caption?: string;
  readonly media?: Media;
  /** Any other kind of content, as the API tells it. */
  readonly other?: Partial<Message>;
  readonly rich?: InputRichMessage;
  /** What a link in it leads to is fetched and shown. */
  readonly preview?: boolean;
}

/** What a chat tells about itself, as fields of a message. */
export type Service = Partial<
  Pick<
    Message,
    | 'forum_topic_created'
    | 'forum_topic_edited'
    | 'forum_topic_closed'
    | 'forum_topic_reopened'
    | 'new_chat_members'
    | 'left_chat_member'
    | 'migrate_to_chat_id'
    | 'migrate_from_chat_id'
  >
>;

/** What else a message says about where it belongs. */
export interface Origin {
  /** The album that it is a part of. */
  readonly album?: string;
  /** The part of the answered message that was chosen. */
  readonly quote?: TextQuote;
  /** The answered message stands in another chat. */
  readonly elsewhere?: ExternalReplyInfo;
  /** Whose words these are: somebody else passed them on. */
  readonly forward?: MessageOrigin;
}

export interface Stored {
  readonly id: number;
  readonly room: Room;
  readonly topic: number | undefined;
  readonly from: Speaker;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly silent: boolean;
  readonly replyTo: number | undefined;
  readonly service: Service | undefined;
  /** Only this person sees it. */
  readonly onlyFor: number | undefined;
  readonly origin: Origin;
  /** Signs that the bot put there. */
  signs: readonly string[];
  content: Content;
  keyboard: InlineKeyboardMarkup | undefined;
  asksReply: boolean;
  editedAt: number | undefined;
  deleted: boolean;
}

export function messageIn(room: Room, id: number | undefined): Stored | undefined {
  return room.messages.find(
    (message) => message.id === id && !message.deleted && message.onlyFor === undefined,
  );
}

const seconds = (at: number) => Math.floor(at / 1000);

/** As the API tells it. `deep`: with the message that it answers. */
export function toApi(message: Stored, deep = true): Message {
  const { room, from, content, keyboard, service, onlyFor } = message;
  const answered = deep ? answeredOf(message) : undefined;
  return {
    message_id: onlyFor === undefined ? message.id : 0,
    ...(onlyFor === undefined ? {} : { ephemeral_message_id: message.id }),
    ...(room.type === 'channel' && from.chat !== undefined ? {} : { from: from.user }),
    ...(from.chat === undefined ? {} : { sender_chat: chatOf(from.chat) }),
    chat: chatOf(room),
    date: seconds(message.at),
    ...topicOf(message),
    // The types say that it cannot hold a further one, which `deep` sees to.
    ...(answered === undefined ? {} : { reply_to_message: toApi(answered, false) as never }),
    ...(message.editedAt === undefined ? {} : { edit_date: seconds(message.editedAt) }),
    ...contentOf(content),
    ...originOf(message.origin),
    ...(keyboard === undefined ? {} : { reply_markup: keyboard }),
    ...service,
  };
}

function contentOf({ text, caption, entities, media, other, rich }: Content): Partial<Message> {
  const marks = entities === undefined || entities.length === 0 ? undefined : [...entities];
  return {
    ...(text === undefined ? {} : { text, ...(marks === undefined ? {} : { entities: marks }) }),
    ...(caption === undefined
      ? {}
      : { caption, ...(marks === undefined ? {} : { caption_entities: marks }) }),
    ...media,
    ...other,
    ...(rich === undefined ? {} : { rich_message: rich as never }),
  };
}

function originOf({ album, quote, elsewhere, forward }: Origin): Partial<Message> {
  return {
    ...(album === undefined ? {} : { media_group_id: album }),
    ...(quote === undefined ? {} : { quote }),
    ...(elsewhere === undefined ? {} : { external_reply: elsewhere }),
    ...(forward === undefined ? {} : { forward_origin: forward, forward_date: forward.date }),
  };
}

/** In a topic what answers nothing seems to answer the message that began the topic. */
function answeredOf({ room, replyTo, topic, id }: Stored): Stored | undefined {
  const answered = replyTo ?? (room.type === 'supergroup' ? topic : undefined);
  return answered === id ? undefined : room.messages.find((one) => one.id === answered && !one.deleted);
}

/** Outside of forums the number only tells which chain of replies a message belongs to. */
function topicOf({ room, topic, replyTo }: Stored): Partial<Message> {
  if (topic !== undefined) return { message_thread_id: topic, is_topic_message: true };
  return room.type === 'supergroup' && !room.forum && replyTo !== undefined
    ? { message_thread_id: replyTo }
    : {};
}
