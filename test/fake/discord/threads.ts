/** Threads and private chats. */
import { within } from './content.ts';
import { tooMany } from './limits.ts';
import { addMessage, channelFor, type MessageDeps, messageIn, threadEvent } from './messages.ts';
import { channelJson, messageEvent } from './payloads.ts';
import { invalid, refuse } from './refusal.ts';
import {
  addChannel,
  channelType,
  denies,
  type FakeChannel,
  isThread,
  type Json,
  messageType,
  type World,
} from './world.ts';

const hasThread = 1 << 5;

/** A thread has the id of the message that it starts from. */
export function startThread(
  deps: MessageDeps,
  parentId: string,
  messageId: string,
  body: Json,
  owner = deps.world.bot.id,
): Json {
  const { world, tell } = deps;
  const parent = channelFor(world, parentId);
  const message = messageIn(world, parentId, messageId);
  if (parent.type !== channelType.text) refuse(50024);
  if (world.channels.get(messageId)?.deleted === false) refuse(160004);
  if (denies(world, parent, 'createThreads')) refuse(50013);
  const name = checkName(body);
  message.flags |= hasThread;
  const thread = addChannel(world, {
    id: messageId,
    type: channelType.thread,
    name,
    parent: parentId,
    owner,
  });
  tell('THREAD_CREATE', { ...threadEvent(world, thread), newly_created: true });
  tell('MESSAGE_UPDATE', messageEvent(world, message));
  const { author } = message;
  const sign = { channel: thread.id, author, content: '', type: messageType.starter, reference: messageId };
  tell('MESSAGE_CREATE', messageEvent(world, addMessage(world, sign)));
  return channelJson(world, thread);
}

function checkName(body: Json): string {
  const name = body['name'];
  if (!within(name, 100)) invalid('name', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.');
  return String(name);
}

export function changeChannel(deps: MessageDeps, id: string, body: Json): Json {
  const { world, tell } = deps;
  const channel = channelFor(world, id);
  if (!isThread(channel)) refuse(50013);
  if (channel.locked) refuse(160005);
  if (body['name'] !== undefined && channel.owner !== world.bot.id) refuse(50013);
  if (body['name'] !== undefined) rename(world, channel, checkName(body));
  if (body['archived'] !== undefined) channel.archived = body['archived'] === true;
  tell('THREAD_UPDATE', threadEvent(world, channel));
  return channelJson(world, channel);
}

export function openPrivate({ world }: MessageDeps, body: Json): Json {
  const user = world.users.get(String(body['recipient_id']));
  if (user === undefined || user.bot) return refuse(50007);
  return channelJson(world, privateWith(world, user.id));
}

export function privateWith(world: MessageDeps['world'], user: string) {
  const known = [...world.channels.values()].find((channel) => channel.with === user);
  return known ?? addChannel(world, { type: channelType.dm, name: '', guild: undefined, with: user });
}

export function showTyping({ world }: MessageDeps, id: string): void {
  const channel = channelFor(world, id);
  if (denies(world, channel, isThread(channel) ? 'sendInThreads' : 'send')) refuse(50013);
  world.typing.push(id);
}

/** A name twice in ten minutes; the third waits, and no header has said so. */
function rename(world: World, channel: FakeChannel, name: string): void {
  const now = world.clock.now();
  const recent = channel.renames.filter((at) => at > now - 600_000);
  if (recent.length >= 2)
    throw tooMany((recent[0] ?? now) + 600_000 - now, { 'x-ratelimit-scope': 'shared' }, false);
  channel.renames.push(now);
  channel.name = name;
}
