import type { User } from 'grammy/types';
import type { Room } from '../chats.ts';
import { numberOf, textOf } from '../parameters.ts';
import { bad } from '../refusal.ts';
import { announce, put } from '../world.ts';
import type { Call, Method } from './call.ts';
import { knownTopic, openRoomOf } from './places.ts';

export const createForumTopic: Method = (call) => {
  const room = manageable(call);
  const name = nameFrom(call);
  const message = openTopic(call.world, room, name, call.world.me);
  return { message_thread_id: message, name, icon_color: 0x6fb9f0 };
};

export const editForumTopic: Method = (call) => {
  const room = manageable(call);
  const topic = knownTopic(call, room, numberOf(call.parameters, 'message_thread_id'));
  const name = nameFrom(call);
  if (name === topic.name) throw bad('TOPIC_NOT_MODIFIED');
  topic.name = name;
  announce(
    call.world,
    put(call.world, room, {
      from: { user: call.world.me },
      topic: topic.id,
      service: { forum_topic_edited: { name } },
    }),
  );
  return true;
};

export const closeForumTopic: Method = (call) => turn(call, true);
export const reopenForumTopic: Method = (call) => turn(call, false);

function turn(call: Call, closed: boolean): true {
  const room = manageable(call);
  const topic = knownTopic(call, room, numberOf(call.parameters, 'message_thread_id'));
  if (topic.closed === closed) throw bad('TOPIC_NOT_MODIFIED');
  topic.closed = closed;
  const service = closed ? { forum_topic_closed: {} } : { forum_topic_reopened: {} };
  announce(call.world, put(call.world, room, { from: { user: call.world.me }, topic: topic.id, service }));
  return true;
}

function manageable(call: Call): Room {
  const room = openRoomOf(call);
  if (room.type === 'private') {
    if (!call.world.me.has_topics_enabled) throw bad('the chat is not a forum');
    return room;
  }
  if (!room.forum) throw bad('the chat is not a forum');
  if (room.bot !== 'administrator') throw bad('not enough rights to create a topic');
  return room;
}

function nameFrom({ parameters }: Call): string {
  const name = textOf(parameters, 'name').trim();
  if (name === '' || name.length > 128) throw bad('TOPIC_TITLE_EMPTY');
  return name;
}

/** The number of a topic is that of the message that began it. */
export function openTopic(world: Call['world'], room: Room, name: string, creator: User): number {
  const id = world.ids.message(room);
  room.topics.set(id, { id, name, closed: false, creator: creator.id });
  const message = {
    id,
    room,
    topic: id,
    from: { user: creator },
    at: world.now(),
    silent: false,
    replyTo: undefined,
    service: { forum_topic_created: { name, icon_color: 0x6fb9f0 as const } },
    onlyFor: undefined,
    content: {},
    keyboard: undefined,
    asksReply: false,
    editedAt: undefined,
    deleted: false,
    origin: {},
    signs: [],
  };
  room.messages.push(message);
  announce(world, message);
  return id;
}
