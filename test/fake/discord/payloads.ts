/** How things look on the wire. */
import { fileJson } from './files.ts';
import {
  channelType,
  type FakeChannel,
  type FakeMessage,
  isThread,
  type Json,
  messagesOf,
  type World,
} from './world.ts';

export function userJson(world: World, id: string): Json {
  const user = world.users.get(id);
  const name = user?.name ?? 'Deleted User';
  return {
    id,
    username: name.toLowerCase(),
    global_name: user?.bot === true ? null : name,
    discriminator: '0',
    avatar: null,
    ...(user?.bot === true ? { bot: true } : {}),
  };
}

export function memberJson(): Json {
  return { roles: [], joined_at: '2026-01-01T00:00:00.000Z', deaf: false, mute: false, nick: null, flags: 0 };
}

export function channelJson(world: World, channel: FakeChannel): Json {
  const last = messagesOf(world, channel.id).at(-1)?.id ?? null;
  const base = { id: channel.id, type: channel.type, last_message_id: last, flags: 0 };
  if (channel.with !== undefined) return { ...base, recipients: [userJson(world, channel.with)] };
  return {
    ...base,
    guild_id: channel.guild,
    name: channel.name,
    parent_id: channel.parent ?? null,
    position: 0,
    permission_overwrites: [],
    ...(isThread(channel) ? threadJson(world, channel) : {}),
  };
}

function threadJson(world: World, channel: FakeChannel): Json {
  return {
    owner_id: channel.owner,
    message_count: messagesOf(world, channel.id).length,
    member_count: 2,
    total_message_sent: 0,
    thread_metadata: {
      archived: channel.archived,
      locked: channel.locked,
      auto_archive_duration: 1440,
      archive_timestamp: new Date(world.clock.now()).toISOString(),
    },
  };
}

export function roleJson(world: World, id: string): Json {
  return { id, name: world.roles.get(id), permissions: '0', position: 2, color: 0, flags: 0, tags: null };
}

export function guildJson(world: World): Json {
  const all = [...world.channels.values()].filter(({ guild, deleted }) => guild !== undefined && !deleted);
  return {
    id: world.guild,
    name: 'Guild',
    owner_id: world.bot.id,
    roles: [
      { id: world.guild, name: '@everyone', permissions: '0', position: 0, color: 0, flags: 0 },
      {
        id: world.botRole,
        name: 'Dragoman',
        permissions: '0',
        position: 1,
        color: 0,
        flags: 0,
        tags: { bot_id: world.bot.id },
      },
      ...[...world.roles.keys()].map((id) => roleJson(world, id)),
    ],
    channels: all.filter((channel) => !isThread(channel)).map((channel) => channelJson(world, channel)),
    threads: all
      .filter((channel) => isThread(channel) && !channel.archived)
      .map((channel) => channelJson(world, channel)),
    members: [{ user: userJson(world, world.bot.id), ...memberJson() }],
    emojis: [],
    stickers: [],
    features: [],
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
    member_count: world.users.size,
    large: false,
    unavailable: false,
    joined_at: '2026-01-01T00:00:00.000Z',
    preferred_locale: 'en-US',
    system_channel_flags: 0,
    premium_tier: 0,
    verification_level: 0,
    nsfw_level: 0,
  };
}

/** `nonce` comes back with the event of its creation only. */
export function messageJson(world: World, message: FakeMessage): Json {
  const { reference, passesOn } = message;
  const referenced = reference === undefined ? undefined : world.messages.get(reference);
  return {
    id: message.id,
    channel_id: message.channel,
    type: message.type,
    author: userJson(world, message.author),
    ...(message.webhook === undefined ? {} : { webhook_id: message.webhook }),
    content: message.content,
    timestamp: new Date(message.at).toISOString(),
    edited_timestamp: message.editedAt === undefined ? null : new Date(message.editedAt).toISOString(),
    tts: false,
    mention_everyone: message.everyone,
    mentions: message.mentions.map((id) => userJson(world, id)),
    mention_roles: [world.botRole, ...world.roles.keys()].filter((id) =>
      message.content.includes(`<@&${id}>`),
    ),
    attachments: message.attachments.map((file) => fileJson(world, message, file)),
    embeds: [],
    pinned: false,
    flags: message.flags,
    components: message.components,
    ...message.outside,
    ...(passesOn === undefined ? {} : passedOnJson(world, passesOn)),
    ...(reference === undefined
      ? {}
      : {
          message_reference: {
            type: 0,
            message_id: reference,
            channel_id: referenced?.channel ?? message.channel,
          },
          referenced_message:
            referenced === undefined || referenced.deleted ? null : messageJson(world, referenced),
        }),
  };
}

/** A copy that tells nothing of its author. */
function passedOnJson(world: World, id: string): Json {
  const first = world.messages.get(id);
  if (first === undefined) return {};
  const whole = messageJson(world, first);
  const { content, mentions, attachments, timestamp, edited_timestamp, flags, components, embeds, type } =
    whole;
  return {
    message_reference: { type: 1, message_id: id, channel_id: first.channel },
    message_snapshots: [
      {
        message: {
          type,
          content,
          mentions,
          attachments,
          timestamp,
          edited_timestamp,
          flags,
          components,
          embeds,
          ...('sticker_items' in whole ? { sticker_items: whole['sticker_items'] } : {}),
        },
      },
    ],
  };
}

/** As the gateway tells it: with where it was, and without what the intents do not show. */
export function messageEvent(world: World, message: FakeMessage): Json {
  const channel = world.channels.get(message.channel);
  return {
    ...messageJson(world, message),
    ...(channel?.guild === undefined ? {} : { guild_id: channel.guild, member: memberJson() }),
    channel_type: channel?.type ?? channelType.text,
  };
}
