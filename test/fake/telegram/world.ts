import type { Message, UserFromGetMe } from 'grammy/types';
import type { Room } from './chats.ts';
import { type Content, type Origin, type Service, type Speaker, type Stored, toApi } from './messages.ts';
import type { UpdateContent, Updates } from './updates.ts';

export interface Press {
  readonly id: string;
  /** Who pressed. */
  readonly by: number;
  readonly at: number;
  answer: { readonly text: string; readonly alert: boolean } | undefined;
}

/** What newer servers can do; a test switches it off to be an older one. */
export interface Abilities {
  rich: boolean;
  drafts: boolean;
  ephemeral: boolean;
}

export interface Draft {
  readonly id: number;
  readonly chat: number;
  readonly topic: number | undefined;
  readonly text: string;
  readonly canStop: boolean;
  readonly at: number;
}

/** Everything that Telegram knows. */
export interface World {
  readonly me: { -readonly [Key in keyof UserFromGetMe]: UserFromGetMe[Key] };
  readonly rooms: Map<number, Room>;
  readonly presses: Map<string, Press>;
  readonly drafts: Map<string, Draft>;
  readonly files: Map<string, { readonly path: string; readonly bytes: Uint8Array }>;
  /** Names on the internet, and where what stands there hands requests on to. */
  readonly hosts: Map<string, string>;
  readonly updates: Updates;
  readonly abilities: Abilities;
  readonly ids: Ids;
  now(): number;
}

export interface Ids {
  /** Supergroups count their own messages; private chats and small groups share the bot's count. */
  message(room: Room): number;
  next(): number;
}

export function createIds(): Ids {
  const own = new Map<number, number>();
  const counts = { shared: 100, other: 5000 };
  return {
    message(room) {
      if (room.type === 'private' || room.type === 'group') {
        counts.shared += 1;
        return counts.shared;
      }
      const id = (own.get(room.id) ?? 1) + 1;
      own.set(room.id, id);
      return id;
    },
    next() {
      counts.other += 1;
      return counts.other;
    },
  };
}

export interface Writing {
  readonly from: Speaker;
  readonly topic?: number | undefined;
  readonly content?: Content;
  readonly service?: Service;
  readonly replyTo?: number | undefined;
  readonly silent?: boolean;
  readonly onlyFor?: number | undefined;
  readonly keyboard?: Stored['keyboard'];
  readonly asksReply?: boolean;
  readonly origin?: Origin;
  /** Unset: now. */
  readonly at?: number;
}

export function put(world: World, room: Room, writing: Writing): Stored {
  const { from, topic, content = {}, service, replyTo, onlyFor, keyboard } = writing;
  const { silent = false, asksReply = false, at = world.now(), origin = {} } = writing;
  const id = world.ids.message(room);
  const changing = { content, keyboard, asksReply, editedAt: undefined, deleted: false, signs: [] };
  const message: Stored = {
    ...{ id, room, topic, from, at, silent, replyTo, service, onlyFor, origin },
    ...changing,
  };
  room.messages.push(message);
  return message;
}

/** Tells the bot of what a person did, if it may see it. */
export function tell(world: World, room: Room, content: UpdateContent): void {
  if (room.bot === 'member' || room.bot === 'administrator') world.updates.add(content);
}

/** Privacy: in groups a bot that is no administrator sees only what is meant for it. */
function maySee(world: World, message: Stored): boolean {
  const { room, content, replyTo, service } = message;
  if (room.type === 'private' || room.type === 'channel' || service !== undefined) return true;
  if (world.me.can_read_all_group_messages || room.bot === 'administrator') return true;
  const text = content.text ?? content.caption ?? '';
  const answered = room.messages.find(({ id }) => id === replyTo);
  if (answered?.from.user.id === world.me.id) return true;
  return (content.entities ?? []).some((entity) => {
    const part = text.slice(entity.offset, entity.offset + entity.length).toLowerCase();
    const name = `@${world.me.username.toLowerCase()}`;
    if (entity.type === 'mention') return part === name;
    if (entity.type === 'text_mention') return entity.user.id === world.me.id;
    return entity.type === 'bot_command' && (part.endsWith(name) || !part.includes('@'));
  });
}

/** A message of a person, which the bot is told of if it may see it; its own it never is. */
export function announce(world: World, message: Stored): void {
  if (message.from.user.id === world.me.id || !maySee(world, message)) return;
  const told: Message = toApi(message);
  // The types tell posts in channels from all other messages; both have the same form.
  const content =
    message.room.type === 'channel' ? { channel_post: told as never } : { message: told as never };
  tell(world, message.room, content);
}
