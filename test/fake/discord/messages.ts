/** Messages: made, changed, taken away, with all that Discord refuses. */

import { checkContent } from './content.ts';
import { attached, type SentFile } from './files.ts';
import { messageEvent, messageJson } from './payloads.ts';
import { invalid, refuse } from './refusal.ts';
import {
  channelType,
  denies,
  type FakeChannel,
  type FakeMessage,
  isThread,
  type Json,
  messagesOf,
  messageType,
  type World,
} from './world.ts';

export interface MessageDeps {
  readonly world: World;
  tell(type: string, data: Json): void;
  /** Keys of recent posts: the same again yields the first message. */
  readonly nonces: Map<string, { readonly message: string; readonly at: number }>;
}

/** "A few minutes" in Discord's words. */
const nonceMs = 5 * 60_000;
const hourMs = 3_600_000;
/** Edits of a message that is over an hour old; the real number is not known. */
const lateEdits = 5;
const suppressEmbeds = 4;
const silent = 1 << 12;
const ephemeral = 1 << 6;
const componentsV2 = 1 << 15;

/** The channel as the bot sees it. */
export function channelFor(world: World, id: string): FakeChannel {
  const channel = world.channels.get(id);
  if (channel === undefined || channel.deleted) return refuse(10003);
  if (denies(world, channel, 'view')) return refuse(50001);
  return channel;
}

export function messageIn(world: World, channel: string, id: string): FakeMessage {
  const message = world.messages.get(id);
  if (
    message === undefined ||
    message.deleted ||
    message.channel !== channel ||
    message.onlyFor !== undefined
  )
    return refuse(10008);
  return message;
}

export function createMessage(
  deps: MessageDeps,
  id: string,
  body: Json,
  files: readonly SentFile[] = [],
): Json {
  const { world, nonces } = deps;
  const channel = channelFor(world, id);
  mayPost(world, channel);
  if (files.length > 0 && denies(world, channel, 'attach')) refuse(50013);
  const nonce = nonceOf(body);
  const known = nonce === undefined ? undefined : nonces.get(nonce);
  if (body['enforce_nonce'] === true && known !== undefined && world.clock.now() - known.at < nonceMs) {
    const first = world.messages.get(known.message);
    if (first !== undefined) return messageJson(world, first);
  }
  checkContent(body, files.length === 0);
  const message = addMessage(world, {
    channel: id,
    author: world.bot.id,
    content: String(body['content'] ?? ''),
    flags: Number(body['flags'] ?? 0) & (suppressEmbeds | silent | componentsV2),
    components: (body['components'] ?? []) as readonly Json[],
    attachments: attached(world, body, files),
    nonce,
    reference: referenceOf(world, id, body),
  });
  mention(world, message, body, (Number(body['flags'] ?? 0) & silent) === 0);
  if (nonce !== undefined) nonces.set(nonce, { message: message.id, at: world.clock.now() });
  if (channel.archived) unarchive(deps, channel);
  deps.tell('MESSAGE_CREATE', { ...messageEvent(world, message), ...(nonce === undefined ? {} : { nonce }) });
  return messageJson(world, message);
}

function mayPost(world: World, channel: FakeChannel): void {
  const { type } = channel;
  if (type === channelType.forum) refuse(50024);
  if (denies(world, channel, isThread(channel) ? 'sendInThreads' : 'send')) refuse(50013);
  if (channel.with !== undefined && world.users.get(channel.with)?.closed === true) refuse(50007);
  if (channel.locked) refuse(160005);
}

function unarchive({ world, tell }: MessageDeps, channel: FakeChannel): void {
  channel.archived = false;
  tell('THREAD_UPDATE', { ...threadEvent(world, channel) });
}

export function threadEvent(
  _world: World,
  { id, guild, parent, type, name, archived, locked }: FakeChannel,
): Json {
  return { id, guild_id: guild, parent_id: parent, type, name, thread_metadata: { archived, locked } };
}

function nonceOf(body: Json): string | undefined {
  const nonce = body['nonce'];
  if (nonce === undefined || nonce === null) return undefined;
  if (typeof nonce === 'string' && nonce.length > 25)
    invalid('nonce', 'NONCE_TYPE_TOO_LONG', 'Nonce must be fewer than 25 characters.');
  return String(nonce);
}

function referenceOf(world: World, channel: string, body: Json): string | undefined {
  const reference = body['message_reference'] as Json | undefined;
  if (reference === undefined) return undefined;
  const message = world.messages.get(String(reference['message_id']));
  if (message !== undefined && !message.deleted && message.channel === channel) return message.id;
  if (reference['fail_if_not_exists'] === false) return undefined;
  return invalid('message_reference', 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE', 'Unknown message');
}

export function addMessage(
  world: World,
  changes: Pick<FakeMessage, 'channel' | 'author' | 'content'> & Partial<FakeMessage>,
): FakeMessage {
  const { reference } = changes;
  const message: FakeMessage = {
    id: world.id(),
    at: world.clock.now(),
    type: reference === undefined ? messageType.plain : messageType.reply,
    flags: 0,
    components: [],
    attachments: [],
    mentions: [],
    everyone: false,
    editedAt: undefined,
    lateEdits: 0,
    nonce: undefined,
    reference: undefined,
    passesOn: undefined,
    onlyFor: undefined,
    webhook: undefined,
    outside: {},
    deleted: false,
    ...changes,
  };
  world.messages.set(message.id, message);
  return message;
}

/** Who is mentioned, by the rules in force: without `allowed_mentions`, everybody that the text names. */
export function mention(world: World, message: FakeMessage, body: Json, rings: boolean): void {
  const rules = body['allowed_mentions'] as Json | undefined;
  const parse = (rules?.['parse'] ?? ['users', 'roles', 'everyone']) as readonly string[];
  const named = [...message.content.matchAll(/<@!?(\d+)>/g)].map(([, id]) => String(id));
  const listed = (rules?.['users'] ?? []) as readonly string[];
  const users = named.filter((id) => world.users.has(id) && (parse.includes('users') || listed.includes(id)));
  const replied = message.reference === undefined ? undefined : world.messages.get(message.reference)?.author;
  const repliesPing = rules === undefined || rules['replied_user'] === true;
  message.mentions = [...new Set([...users, ...(replied !== undefined && repliesPing ? [replied] : [])])];
  message.everyone = parse.includes('everyone') && /@(everyone|here)\b/.test(message.content);
  if (!rings) return;
  for (const user of message.mentions) world.pings.push({ message: message.id, user });
  if (message.everyone) world.pings.push({ message: message.id, user: 'everyone' });
}

export function editMessage(deps: MessageDeps, channelId: string, id: string, body: Json): Json {
  const { world } = deps;
  const channel = channelFor(world, channelId);
  const message = messageIn(world, channelId, id);
  if (message.author !== world.bot.id) refuse(50005);
  if (channel.archived) refuse(50083);
  const now = world.clock.now();
  if (now - message.at > hourMs) {
    if (message.lateEdits >= lateEdits) refuse(30046);
    message.lateEdits += 1;
  }
  checkContent({ content: message.content, components: message.components, ...body }, true);
  applyEdit(world, message, body);
  deps.tell('MESSAGE_UPDATE', messageEvent(world, message));
  return messageJson(world, message);
}

export function applyEdit(world: World, message: FakeMessage, body: Json): void {
  if (body['content'] !== undefined) message.content = String(body['content'] ?? '');
  if (body['components'] !== undefined) message.components = body['components'] as readonly Json[];
  if (body['flags'] !== undefined) {
    const flags = Number(body['flags']);
    message.flags = (message.flags & (silent | ephemeral)) | (flags & (suppressEmbeds | componentsV2));
  }
  message.editedAt = world.clock.now();
  mention(world, message, body, false);
}

export function deleteMessage(deps: MessageDeps, channelId: string, id: string): void {
  const { world } = deps;
  const channel = channelFor(world, channelId);
  const message = messageIn(world, channelId, id);
  if (message.author !== world.bot.id) refuse(50013);
  if (channel.archived) refuse(50083);
  message.deleted = true;
  deps.tell('MESSAGE_DELETE', { id, channel_id: channelId, guild_id: channel.guild });
}

/** Newest first, as Discord lists them; `after`: the oldest ones behind it; `before`: the newest ones above it. */
export function listMessages(world: World, id: string, query: URLSearchParams): readonly Json[] {
  const channel = channelFor(world, id);
  if (denies(world, channel, 'history')) return [];
  const all = messagesOf(world, id).filter(({ onlyFor }) => onlyFor === undefined);
  const limit = Number(query.get('limit') ?? 50);
  if (limit < 1 || limit > 100) invalid('limit', 'NUMBER_TYPE_MAX', 'int value should be between 1 and 100.');
  const [after, before] = [query.get('after'), query.get('before')];
  const page =
    after === null
      ? all.filter(({ id }) => before === null || BigInt(id) < BigInt(before)).slice(-limit)
      : all.filter((message) => BigInt(message.id) > BigInt(after)).slice(0, limit);
  return page.toReversed().map((message) => messageJson(world, message));
}
