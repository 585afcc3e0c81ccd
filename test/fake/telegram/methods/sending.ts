import type { ReplyParameters } from 'grammy/types';
import type { Room } from '../chats.ts';
import { markupOf } from '../keyboard.ts';
import { type Content, messageIn, toApi } from '../messages.ts';
import { flagOf, numberOf, objectOf } from '../parameters.ts';
import { bad } from '../refusal.ts';
import { richFrom } from '../rich.ts';
import { put } from '../world.ts';
import type { Call, Method } from './call.ts';
import { savedFile } from './files.ts';
import { openRoomOf, topicOf } from './places.ts';
import { captionFrom, previewFrom, textFrom } from './texts.ts';

/** How long after a person’s doing a bot may whisper, milliseconds. */
const whisperMs = 15_000;

export const sendMessage: Method = (call) =>
  send(call, () => {
    const { text, entities } = textFrom(call.parameters);
    return { text, entities, preview: previewFrom(call.parameters, entities) };
  });

export const sendRichMessage: Method = (call) => send(call, () => ({ rich: richFrom(call.parameters) }));

export const sendDocument: Method = (call) =>
  send(call, () => {
    const { text, entities } = captionFrom(call.parameters);
    const document = savedFile(call, 'document');
    return { media: { document }, ...(text === '' ? {} : { caption: text, entities }) };
  });

function send(call: Call, content: () => Content): unknown {
  const { world, rates, parameters, method } = call;
  const room = openRoomOf(call);
  if (!room.mayWrite && room.bot !== 'administrator')
    throw bad('not enough rights to send text messages to the chat');
  const { keyboard, asksReply } = markupOf(parameters);
  const made = content();
  const topic = topicOf(call, room);
  const message = {
    from: { user: world.me },
    topic,
    content: made,
    replyTo: answeredBy(call, room),
    silent: flagOf(parameters, 'disable_notification'),
    onlyFor: receiverOf(call, room),
    keyboard,
    asksReply,
  };
  rates.count(method, room);
  // A preview ends where a message comes.
  world.drafts.delete(`${room.id}/${topic ?? ''}`);
  return toApi(put(world, room, message));
}

function answeredBy({ parameters }: Call, room: Room): number | undefined {
  const { message_id: id, allow_sending_without_reply: alone } =
    objectOf<ReplyParameters>(parameters, 'reply_parameters') ?? {};
  if (id === undefined) return undefined;
  if (messageIn(room, id) !== undefined) return id;
  if (alone !== true) throw bad('message to be replied not found');
  return undefined;
}

/** A server that does not know whispers posts them for all to see. */
function receiverOf({ world, parameters }: Call, room: Room): number | undefined {
  if (!world.abilities.ephemeral) return undefined;
  const given = objectOf<Record<string, unknown>>(parameters, 'ephemeral_message_parameters');
  if (given === undefined) return undefined;
  if (room.type !== 'supergroup' && room.type !== 'group')
    throw bad('ephemeral messages are available only in groups');
  const receiver = numberOf(given, 'receiver_user_id');
  const said = room.messages.findLast(({ from }) => from.user.id === receiver)?.at ?? 0;
  const pressed = [...world.presses.values()].findLast(({ by }) => by === receiver)?.at ?? 0;
  if (room.bot !== 'administrator' && world.now() - Math.max(said, pressed) > whisperMs)
    throw bad('USER_NOT_ACTIVE');
  return receiver;
}
