/** What Discord tells, as events of ours. Pure. */
import type {
  Author,
  CommandEvent,
  MessageDeletedEvent,
  MessageEditedEvent,
  MessageEvent,
  Room,
  ThreadAddress,
} from '../../src/core/channel.ts';
import { addressOf, authorOf, canHoldThreads, platform, roomOf, timeOf } from './address.ts';
import type { Self, WireChannel, WireInteraction, WireMessage } from './wire.ts';

const kinds = { plain: 0, reply: 19 } as const;

/** What a person says; anything else (joins, pins, starters of threads, our own) is undefined. */
export function isSaid(message: WireMessage, self: Self): boolean {
  return message.author.id !== self.id && (message.type === kinds.plain || message.type === kinds.reply);
}

/** A mention in a channel begins a thread, whose id is the message's. */
export function messageOf(message: WireMessage, channel: WireChannel, self: Self): MessageEvent {
  const room = roomOf(channel);
  const begins = room === 'channel' && canHoldThreads(channel);
  const address = begins ? { platform, channel: channel.id, thread: message.id } : addressOf(channel);
  const reply = message.message_reference?.message_id;
  return {
    type: 'message',
    id: message.id,
    address,
    author: authorOf(message.author, message.member, Boolean(message.webhook_id)),
    room,
    at: timeOf(message.id),
    message: message.id,
    text: textOf(message, self),
    addressed: room === 'private' || isAddressed(message, self),
    ...(reply ? { replyTo: reply } : {}),
    ...attachmentsOf(message),
  };
}

function isAddressed(
  { mentions, mention_roles: roles, referenced_message: answered }: WireMessage,
  self: Self,
) {
  return (
    mentions.some(({ id }) => id === self.id) ||
    roles.some((role) => self.roles.includes(role)) ||
    answered?.author.id === self.id
  );
}

function attachmentsOf({ attachments }: WireMessage): Pick<MessageEvent, 'attachments'> {
  if (attachments.length === 0) return {};
  return {
    attachments: attachments.map(({ id, filename: name, content_type: mime, size }) => ({
      id,
      name,
      mime: mime ?? 'application/octet-stream',
      size,
    })),
  };
}

/** Without the mention of us; other people by their names. */
function textOf({ content, mentions }: WireMessage, self: Self): string {
  return content
    .replace(/<@!?(\d+)>|<@&(\d+)>/g, (whole, user, role) => {
      if (user === self.id || self.roles.includes(role)) return '';
      const known = mentions.find(({ id }) => id === user);
      return known === undefined ? whole : `@${known.global_name || known.username}`;
    })
    .trim();
}

/** Where an earlier message stands, and whose it is. */
export interface Origin {
  readonly address: ThreadAddress;
  readonly room: Room;
  readonly author: Author;
}

/** undefined: no edit of a person, such as the preview of a link. */
export function editOf(message: WireMessage, origin: Origin, self: Self): MessageEditedEvent | undefined {
  const edited = message.edited_timestamp;
  if (!edited) return undefined;
  return {
    ...origin,
    type: 'message-edited',
    id: `${message.id}:${edited}`,
    at: Date.parse(edited),
    message: message.id,
    text: textOf(message, self),
  };
}

/** Discord does not tell who deleted it; it can only be its author or a moderator. */
export function deletionOf(message: string, origin: Origin, now: number): MessageDeletedEvent {
  return { ...origin, type: 'message-deleted', id: `${message}:deleted`, at: now, message };
}

/** What every event of an interaction carries; undefined: it does not say who or where. */
export function deedOf(interaction: WireInteraction) {
  const { id, channel, member, user } = interaction;
  const who = member?.user ?? user;
  if (!who || !channel) return undefined;
  const place = roomOf(channel) === 'private' ? { id: channel.id, type: channel.type } : channel;
  return {
    id,
    address: addressOf(place),
    author: authorOf(who, member),
    room: roomOf(channel),
    at: timeOf(id),
  };
}

export type Deed = NonNullable<ReturnType<typeof deedOf>>;

export function commandOf(deed: Deed, { data }: WireInteraction): CommandEvent {
  const text = (data?.options ?? []).map(({ value }) => String(value ?? '')).join(' ');
  return { ...deed, type: 'command', name: data?.name ?? '', text: text.trim() };
}
