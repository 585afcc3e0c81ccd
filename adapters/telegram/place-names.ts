/** How people call chats and topics, as messages and the chat itself told it last; no call of the API tells a topic's. */
import type { Message } from 'grammy/types';
import type { Documents, ThreadAddress } from '../../src/core/channel.ts';
import { createRecent } from '../../src/lib/recent.ts';
import { addressOf } from './address.ts';

export interface PlaceNames {
  /** undefined: it was not told yet. */
  get(address: ThreadAddress): string | undefined;
  /** Resolves when what is new is kept. */
  learn(message: Message, adapter: string): Promise<void>;
  /** What a former process learned. */
  load(): Promise<void>;
}

const collection = 'places';
/** Chats and topics whose names are known at once. */
const mostPlaces = 2000;

export function createPlaceNames(documents: Documents): PlaceNames {
  const names = createRecent<string, string>(mostPlaces);
  const keep = async (key: string, name: string | undefined) => {
    if (name === undefined || names.get(key) === name) return;
    names.set(key, name);
    await documents.put(collection, key, name);
  };
  return {
    get({ channel, thread }) {
      if (!channel.startsWith('-')) return 'a private chat';
      const chat = names.get(channel);
      const topic = names.get(`${channel}/${thread}`);
      return chat === undefined || topic === undefined ? (topic ?? chat) : `${chat} › ${topic}`;
    },
    async learn(message, adapter) {
      const { channel, thread } = addressOf(message, adapter);
      await keep(channel, message.chat.title);
      await keep(`${channel}/${thread}`, topicIn(message));
    },
    async load() {
      for (const { key, value } of await documents.list(collection))
        if (typeof value === 'string') names.set(key, value);
    },
  };
}

/** A topic is named by the message that began it, which all in it seem to answer, and by each change of its name. */
function topicIn({
  forum_topic_created: made,
  forum_topic_edited: edited,
  reply_to_message: first,
}: Message) {
  return edited?.name ?? made?.name ?? first?.forum_topic_created?.name;
}
