import type { Chat, User } from 'grammy/types';
import type { Stored } from './messages.ts';

/** How the bot stands in a chat. `never`: a person who has not written to it; `blocked`: by that person. */
export type Standing = 'member' | 'administrator' | 'left' | 'kicked' | 'blocked' | 'never';

export interface Topic {
  readonly id: number;
  name: string;
  closed: boolean;
  readonly creator: number;
}

export interface Room {
  readonly id: number;
  readonly type: 'private' | 'group' | 'supergroup' | 'channel';
  readonly title: string;
  /** The person of a private chat. */
  readonly person: User | undefined;
  readonly topics: Map<number, Topic>;
  readonly messages: Stored[];
  forum: boolean;
  bot: Standing;
  /** Whether members, and so the bot, may write. */
  mayWrite: boolean;
  /** Signs that may be put at messages; undefined: all. */
  reactions: readonly string[] | undefined;
  /** The supergroup that this group has become. */
  movedTo: number | undefined;
}

/** The topic General, which is written to without naming it. */
export const generalTopic = 1;

export function createRoom(
  id: number,
  type: Room['type'],
  title: string,
  changes: Partial<Pick<Room, 'person' | 'forum' | 'bot'>> = {},
): Room {
  return {
    id,
    type,
    title,
    person: undefined,
    forum: false,
    bot: 'member',
    ...changes,
    topics: new Map(),
    messages: [],
    mayWrite: true,
    reactions: undefined,
    movedTo: undefined,
  };
}

export function chatOf({ id, type, title, person, forum }: Room): Chat {
  if (type === 'private') return { id, type, first_name: person?.first_name ?? title };
  if (type === 'supergroup') return { id, type, title, ...(forum ? { is_forum: true } : {}) };
  return { id, type, title };
}

/** A name of the chat as refusals have it. */
export function kindOf({ type }: Room): string {
  return type === 'supergroup' ? 'supergroup chat' : type === 'channel' ? 'channel chat' : 'group chat';
}
