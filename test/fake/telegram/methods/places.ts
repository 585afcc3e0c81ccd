import { generalTopic, kindOf, type Room, type Topic } from '../chats.ts';
import { numberOf, textOf } from '../parameters.ts';
import { bad, forbidden } from '../refusal.ts';
import type { Call } from './call.ts';

/** The chat that a call names. */
function roomOf({ world, parameters }: Call): Room {
  if (textOf(parameters, 'chat_id') === '') throw bad('chat_id is empty');
  const room = world.rooms.get(Number(parameters['chat_id']));
  if (room === undefined) throw bad('chat not found');
  return room;
}

/** The same, where the bot may do something there. */
export function openRoomOf(call: Call): Room {
  const room = roomOf(call);
  if (room.movedTo !== undefined)
    throw bad('group chat was upgraded to a supergroup chat', { migrate_to_chat_id: room.movedTo });
  if (room.bot === 'blocked') throw forbidden('bot was blocked by the user');
  if (room.bot === 'never') throw forbidden("bot can't initiate conversation with a user");
  if (room.bot === 'kicked') throw forbidden(`bot was kicked from the ${kindOf(room)}`);
  if (room.bot === 'left') throw forbidden(`bot is not a member of the ${kindOf(room)}`);
  return room;
}

/** The topic that a call names, where it may be written to; undefined: none, or General. */
export function topicOf(call: Call, room: Room): number | undefined {
  const id = numberOf(call.parameters, 'message_thread_id');
  if (id === undefined || id === 0) return undefined;
  const topic = knownTopic(call, room, id);
  if (topic.closed && room.bot !== 'administrator') throw bad('TOPIC_CLOSED');
  return id;
}

export function knownTopic({ world }: Call, room: Room, id: number | undefined): Topic {
  const has = room.forum || (room.type === 'private' && world.me.has_topics_enabled);
  const topic = has && id !== generalTopic ? room.topics.get(id ?? 0) : undefined;
  if (topic === undefined) throw bad('message thread not found');
  return topic;
}
