/** Groups, forums and channels, and what happens to them. */
import type { User } from 'grammy/types';
import { createRoom, type Room, type Standing } from './chats.ts';
import { openTopic } from './methods/topics.ts';
import { stand } from './people.ts';
import { announce, put, type World } from './world.ts';

export interface Group {
  readonly id: number;
  /** A topic that somebody begins; its number. */
  openTopic(name: string): number;
  closeTopic(topic: number): void;
  /** Takes a topic with all it holds away; no bot is told. */
  deleteTopic(topic: number): void;
  /** What the bot is there: it is told of the change. */
  setBot(standing: Standing): void;
  /** Whether members may write. */
  setWriting(allowed: boolean): void;
  /** The signs that may be put at messages. */
  setReactions(signs: readonly string[]): void;
  /** A small group becomes a supergroup, which has another id. Returns it. */
  migrate(): Group;
}

const owner: User = { id: 990_001, is_bot: false, first_name: 'Olga' };

export interface GroupKind {
  /** `group`: small, of the old kind. Unset: a supergroup. */
  readonly type?: 'group' | 'supergroup' | 'channel';
  readonly forum?: boolean;
  /** Unset: a member. */
  readonly bot?: Standing;
}

export function createGroup(world: World, title: string, kind: GroupKind = {}): Group {
  const { type = 'supergroup', forum = false, bot = 'member' } = kind;
  const number = world.ids.next();
  const id = type === 'group' ? -number : -1_000_000_000_000 - number;
  const room = createRoom(id, type, title, { forum, bot: 'left' });
  world.rooms.set(id, room);
  stand(world, room, owner, bot);
  return groupOf(world, room);
}

function groupOf(world: World, room: Room): Group {
  const topicBy = (topic: number) => {
    const found = room.topics.get(topic);
    if (found === undefined) throw new Error(`${room.title} has no topic ${topic}`);
    return found;
  };
  return {
    id: room.id,
    openTopic: (name) => openTopic(world, room, name, owner),
    closeTopic(topic) {
      topicBy(topic).closed = true;
      announce(
        world,
        put(world, room, { from: { user: owner }, topic, service: { forum_topic_closed: {} } }),
      );
    },
    deleteTopic(topic) {
      topicBy(topic);
      room.topics.delete(topic);
      for (const message of room.messages) if (message.topic === topic) message.deleted = true;
    },
    setBot: (standing) => stand(world, room, owner, standing),
    setWriting(allowed) {
      room.mayWrite = allowed;
    },
    setReactions(signs) {
      room.reactions = signs;
    },
    migrate: () => migrate(world, room),
  };
}

/** The old chat tells where it went and the new one whence it came; the bot is a member of both. */
function migrate(world: World, room: Room): Group {
  const next = createGroup(world, room.title, { bot: room.bot });
  announce(world, put(world, room, { from: { user: owner }, service: { migrate_to_chat_id: next.id } }));
  const there = world.rooms.get(next.id);
  if (there !== undefined)
    announce(world, put(world, there, { from: { user: owner }, service: { migrate_from_chat_id: room.id } }));
  room.movedTo = next.id;
  return next;
}
