import { flagOf, numberOf } from '../parameters.ts';
import { bad, Refusal } from '../refusal.ts';
import { richFrom, shownRich } from '../rich.ts';
import type { Call, Method } from './call.ts';
import { openRoomOf, topicOf } from './places.ts';
import { draftFrom } from './texts.ts';

export const sendMessageDraft: Method = (call) => {
  const { text } = draftFrom(call.parameters);
  return draft(call, text === '' ? 'Thinking…' : text);
};

export const sendRichMessageDraft: Method = (call) => draft(call, shownRich(richFrom(call.parameters)));

function draft(call: Call, text: string): true {
  const { world, parameters } = call;
  if (!world.abilities.drafts) throw new Refusal(404, 'Not Found: method not found');
  const room = openRoomOf(call);
  if (room.type !== 'private') throw bad('the method is available only in private chats');
  const id = numberOf(parameters, 'draft_id') ?? 0;
  if (id === 0) throw bad('draft_id must be non-zero');
  const topic = topicOf(call, room);
  const place = `${room.id}/${topic ?? ''}`;
  const canStop = flagOf(parameters, 'can_stop');
  world.drafts.set(place, { id, chat: room.id, topic, text, canStop, at: world.now() });
  return true;
}
