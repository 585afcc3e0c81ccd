import type { Room } from '../chats.ts';
import { markupOf } from '../keyboard.ts';
import { type Content, messageIn, type Stored, toApi } from '../messages.ts';
import { numberOf, objectOf, textOf } from '../parameters.ts';
import { bad } from '../refusal.ts';
import { richFrom } from '../rich.ts';
import type { Call, Method } from './call.ts';
import { openRoomOf } from './places.ts';
import { previewFrom, textFrom } from './texts.ts';

/** How long a message can be deleted, milliseconds. */
const deletableMs = 48 * 3_600_000;

export const editMessageText: Method = (call) => {
  const { room, message } = editable(call);
  if (message.content.text === undefined && message.content.rich === undefined)
    throw bad('there is no text in the message to edit');
  const rich = call.world.abilities.rich && call.parameters['rich_message'] !== undefined;
  const { text, entities } = rich ? { text: '', entities: [] } : textFrom(call.parameters);
  const content: Content = rich
    ? { rich: richFrom(call.parameters) }
    : { text, entities, preview: previewFrom(call.parameters, entities) };
  return change(call, room, message, content);
};

export const editMessageReplyMarkup: Method = (call) => {
  const { room, message } = editable(call);
  return change(call, room, message, message.content);
};

function editable(call: Call): { readonly room: Room; readonly message: Stored } {
  const room = openRoomOf(call);
  const id = numberOf(call.parameters, 'message_id');
  if (id === undefined) throw bad('message identifier is not specified');
  const message = messageIn(room, id);
  if (message === undefined) throw bad('message to edit not found');
  // Only its own, and none that asks for a reply.
  if (message.from.user.id !== call.world.me.id || message.asksReply || message.service !== undefined)
    throw bad("message can't be edited");
  return { room, message };
}

function change({ world, rates, method, parameters }: Call, room: Room, message: Stored, content: Content) {
  const { keyboard } = markupOf(parameters);
  if (same([content, keyboard], [message.content, message.keyboard]))
    throw bad(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  rates.count(method, room);
  Object.assign(message, { content, keyboard, editedAt: world.now() });
  return toApi(message);
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export const deleteMessage: Method = (call) => {
  const room = openRoomOf(call);
  const message = messageIn(room, numberOf(call.parameters, 'message_id'));
  if (message === undefined) throw bad('message to delete not found');
  const own = message.from.user.id === call.world.me.id;
  if (!own && room.type !== 'private' && room.bot !== 'administrator') throw bad("message can't be deleted");
  if (call.world.now() - message.at > deletableMs) throw bad("message can't be deleted for everyone");
  call.rates.count(call.method, room);
  message.deleted = true;
  return true;
};

export const setMessageReaction: Method = (call) => {
  const room = openRoomOf(call);
  const message = messageIn(room, numberOf(call.parameters, 'message_id'));
  if (message === undefined) throw bad('message to react not found');
  const signs = objectOf<readonly { readonly type: string; readonly emoji?: string }[]>(
    call.parameters,
    'reaction',
  );
  if (signs !== undefined && signs.length > 1) throw bad('REACTIONS_TOO_MANY');
  const given = (signs ?? []).map(({ emoji = '' }) => emoji);
  if (!given.every((sign) => known.has(sign) && (room.reactions?.includes(sign) ?? true)))
    throw bad('REACTION_INVALID');
  message.signs = given;
  return true;
};

/** Some of those that Telegram has. */
const known = new Set(['👍', '👎', '❤', '🔥', '👏', '🤔', '👀', '👌', '🎉', '💯', '⚡', '🤝', '✍', '🫡']);

export const sendChatAction: Method = (call) => {
  openRoomOf(call);
  const action = textOf(call.parameters, 'action');
  if (!/^(typing|upload_\w+|record_\w+|choose_sticker|find_location)$/.test(action))
    throw bad('wrong parameter action in request');
  return true;
};
