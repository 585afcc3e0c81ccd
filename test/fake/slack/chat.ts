/** Web API methods that write messages, as strict as the platform. */
import { blocksProblem, isObject, listOf } from './blocks.ts';
import { Refusal } from './refusal.ts';
import {
  type Announce,
  type FakeChannel,
  type FakeMessage,
  type Json,
  messageAt,
  nextTs,
  type World,
  wireMessage,
} from './world.ts';

export interface Call {
  readonly world: World;
  readonly announce: Announce;
  readonly args: Json;
}

export type Method = (call: Call) => Json;

const longestUpdate = 4000;
const longestPost = 40_000;
/** A stream is closed by the platform this long after its start, milliseconds. */
const longestStream = 306_000;

export const chat: Readonly<Record<string, Method>> = {
  'chat.postMessage': ({ world, announce, args }) => {
    const channel = writable(world, args);
    const content = contentOf(args);
    const thread = threadOf(world, channel, args);
    const message = add(world, channel, {
      ...content,
      text: content.text.slice(0, longestPost),
      ...(thread === undefined ? {} : { thread }),
    });
    if (thread !== undefined) world.statuses.delete(`${channel.id}/${thread}`);
    announce(eventOf(world, channel, message), { channel });
    return { ok: true, channel: channel.id, ts: message.ts, message: wireMessage(world, message, true) };
  },

  'chat.update': ({ world, announce, args }) => {
    const channel = channelOf(world, args);
    const message = ownMessage(world, channel, args, 'cant_update_message');
    if (streams(world, message)) throw new Refusal('streaming_state_conflict');
    const content = contentOf(args);
    if (content.text.length > longestUpdate) throw new Refusal('msg_too_long');
    const before = wireMessage(world, message);
    message.text = content.text;
    if (args['blocks'] !== undefined || args['text'] !== undefined) message.blocks = content.blocks;
    if (content.metadata !== undefined) message.metadata = content.metadata;
    if (content.blocks.length === 0) message.edited = nextTs(world);
    announce(changed(world, channel, message, before), { channel });
    return { ok: true, channel: channel.id, ts: message.ts, text: message.text };
  },

  'chat.delete': ({ world, announce, args }) => {
    const channel = channelOf(world, args);
    const message = ownMessage(world, channel, args, 'cant_delete_message');
    const before = wireMessage(world, message);
    message.deleted = true;
    announce(deleted(world, channel, message, before), { channel });
    return { ok: true, channel: channel.id, ts: message.ts };
  },

  'chat.postEphemeral': ({ world, args }) => {
    const channel = writable(world, args);
    const content = contentOf(args);
    const user = String(args['user'] ?? '');
    if (!world.users.has(user)) throw new Refusal('user_not_in_channel');
    const thread = threadOf(world, channel, args);
    const message = add(world, channel, {
      ...content,
      onlyFor: user,
      ...(thread === undefined ? {} : { thread }),
    });
    return { ok: true, message_ts: message.ts };
  },

  'chat.startStream': ({ world, announce, args }) => {
    const channel = writable(world, args);
    if (channel.kind !== 'im') {
      if (args['recipient_user_id'] === undefined) throw new Refusal('missing_recipient_user_id');
      if (args['recipient_team_id'] === undefined) throw new Refusal('missing_recipient_team_id');
    }
    if (args['thread_ts'] === undefined) throw new Refusal('invalid_thread_ts');
    const thread = threadOf(world, channel, args);
    const message = add(world, channel, {
      text: '',
      blocks: streamed([], args),
      streaming: world.clock.now(),
      ...(thread === undefined ? {} : { thread }),
    });
    if (thread !== undefined) world.statuses.delete(`${channel.id}/${thread}`);
    announce(eventOf(world, channel, message), { channel });
    return { ok: true, channel: channel.id, ts: message.ts };
  },

  'chat.appendStream': ({ world, args }) => {
    const message = ownMessage(world, channelOf(world, args), args, 'message_not_owned_by_app');
    if (!streams(world, message)) throw new Refusal('message_not_in_streaming_state');
    message.blocks = streamed(message.blocks, args);
    return { ok: true, channel: message.channel, ts: message.ts };
  },

  'chat.stopStream': ({ world, announce, args }) => {
    const channel = channelOf(world, args);
    const message = ownMessage(world, channel, args, 'message_not_owned_by_app');
    if (!streams(world, message)) throw new Refusal('message_not_in_streaming_state');
    const before = wireMessage(world, message);
    message.blocks = [...streamed(message.blocks, args), ...listOf(args['blocks'])];
    message.streaming = undefined;
    if (isObject(args['metadata'])) message.metadata = args['metadata'];
    announce(changed(world, channel, message, before), { channel });
    return { ok: true, channel: channel.id, ts: message.ts, message: wireMessage(world, message, true) };
  },
};

type Draft = Pick<FakeMessage, 'text' | 'blocks'> &
  Partial<Pick<FakeMessage, 'metadata' | 'onlyFor' | 'streaming' | 'thread' | 'files'>>;

/** A message of the bot. */
export function add(world: World, channel: FakeChannel, draft: Draft): FakeMessage {
  const message: FakeMessage = {
    channel: channel.id,
    ts: nextTs(world),
    thread: draft.thread,
    user: world.bot.user,
    botId: world.bot.id,
    clientId: undefined,
    text: draft.text,
    blocks: draft.blocks,
    metadata: draft.metadata,
    files: draft.files ?? [],
    edited: undefined,
    deleted: false,
    streaming: draft.streaming,
    onlyFor: draft.onlyFor,
  };
  world.messages.push(message);
  return message;
}

function streams(world: World, { streaming }: FakeMessage): boolean {
  return streaming !== undefined && world.clock.now() - streaming < longestStream;
}

function streamed(blocks: readonly Json[], args: Json): readonly Json[] {
  const chunks = listOf(args['chunks']);
  const text = [args['markdown_text'], ...chunks.map((chunk) => chunk['text'])].filter(Boolean).join('');
  const last = String(blocks[0]?.['text'] ?? '');
  return last + text === '' ? [] : [{ type: 'markdown', text: last + text }];
}

function contentOf(args: Json): Pick<FakeMessage, 'text' | 'blocks' | 'metadata'> {
  const text = String(args['text'] ?? '');
  const blocks = listOf(args['blocks']);
  if (text === '' && blocks.length === 0) throw new Refusal('no_text');
  const problem = blocksProblem(blocks, 'message');
  if (problem !== undefined)
    throw new Refusal('invalid_blocks', { response_metadata: { messages: [problem] } });
  const metadata = args['metadata'];
  if (isObject(metadata) && typeof metadata['event_type'] !== 'string')
    throw new Refusal('metadata_must_be_sent_from_app');
  return { text, blocks, metadata: isObject(metadata) ? metadata : undefined };
}

export function channelOf(world: World, args: Json): FakeChannel {
  const channel = world.channels.get(String(args['channel'] ?? args['channel_id'] ?? ''));
  if (channel === undefined) throw new Refusal('channel_not_found');
  return channel;
}

export function writable(world: World, args: Json): FakeChannel {
  const channel = channelOf(world, args);
  if (!channel.joined) throw new Refusal('not_in_channel');
  if (channel.archived) throw new Refusal('is_archived');
  return channel;
}

export function threadOf(world: World, channel: FakeChannel, args: Json): string | undefined {
  const thread = args['thread_ts'];
  if (thread === undefined) return undefined;
  if (messageAt(world, channel.id, String(thread)) === undefined) throw new Refusal('thread_not_found');
  return String(thread);
}

function ownMessage(world: World, channel: FakeChannel, args: Json, refusal: string): FakeMessage {
  const message = messageAt(world, channel.id, String(args['ts'] ?? ''));
  if (message === undefined || message.onlyFor !== undefined) throw new Refusal('message_not_found');
  if (message.user !== world.bot.user) throw new Refusal(refusal);
  return message;
}

const channelTypes = { channel: 'channel', group: 'group', im: 'im', mpim: 'mpim' } as const;

export function eventOf(world: World, channel: FakeChannel, message: FakeMessage): Json {
  return {
    ...wireMessage(world, message),
    ...(message.files.length === 0 ? {} : { subtype: 'file_share' }),
    channel: channel.id,
    channel_type: channelTypes[channel.kind],
    event_ts: message.ts,
  };
}

/** The platform tells no one's name on the outside of these: only the message inside has an author. */
export function changed(world: World, channel: FakeChannel, message: FakeMessage, before: Json): Json {
  return {
    type: 'message',
    subtype: 'message_changed',
    hidden: true,
    message: { ...wireMessage(world, message), source_team: world.team, user_team: world.team },
    previous_message: before,
    channel: channel.id,
    channel_type: channelTypes[channel.kind],
    ts: nextTs(world),
    event_ts: nextTs(world),
  };
}

export function deleted(world: World, channel: FakeChannel, message: FakeMessage, before: Json): Json {
  return {
    type: 'message',
    subtype: 'message_deleted',
    hidden: true,
    deleted_ts: message.ts,
    previous_message: before,
    channel: channel.id,
    channel_type: channelTypes[channel.kind],
    ts: nextTs(world),
    event_ts: nextTs(world),
  };
}
