import type { Chat } from 'grammy/types';
import type { Room, ThreadAddress } from '../../src/core/channel.ts';

/** What ids of people begin with, and the adapter's id where nothing else is configured. */
export const platform = 'telegram';

/** What lies outside of all topics: a chat without them, and the topic that every forum has. */
const general = 'general';
/** The topic General has this id, and refuses messages that name it. */
const generalTopic = 1;

/** As much of a message as says where it stands. */
export interface Placed {
  readonly chat: Pick<Chat, 'id' | 'type'>;
  readonly message_thread_id?: number;
  readonly is_topic_message?: boolean;
}

/** One topic is one thread. Elsewhere `message_thread_id` counts chains of replies, which are none. */
export function addressOf(placed: Placed, adapter: string): ThreadAddress {
  const topic = topicOf(placed);
  return {
    platform: adapter,
    channel: String(placed.chat.id),
    thread: topic === undefined ? general : String(topic),
  };
}

export function roomOf(placed: Placed): Room {
  if (placed.chat.type === 'private') return 'private';
  return topicOf(placed) === undefined ? 'channel' : 'thread';
}

function topicOf({ message_thread_id: topic, is_topic_message: inTopic }: Placed): number | undefined {
  return inTopic === true && topic !== generalTopic ? topic : undefined;
}

/** Where to send: General is written to without a topic. */
export function topicParameter({ thread }: ThreadAddress): { readonly message_thread_id?: number } {
  return thread === general ? {} : { message_thread_id: Number(thread) };
}

/** Groups of all kinds have negative ids. */
export function isGroup({ channel }: ThreadAddress): boolean {
  return channel.startsWith('-');
}

export const authorId = (id: number): string => `${platform}:${id}`;

/** undefined: an author of another platform. */
export function userOf(author: string): number | undefined {
  const [, id] = /^telegram:(\d+)$/.exec(author) ?? [];
  return id === undefined ? undefined : Number(id);
}
