/** What Discord tells, as events of ours. Pure. */
import type {
  Author,
  CommandEvent,
  MessageDeletedEvent,
  MessageEditedEvent,
  MessageEvent,
  Room,
  Said,
  ThreadAddress,
} from '../../src/core/channel.ts';
import { forwardedText } from '../../src/core/forwarded.ts';
import { addressOf, authorOf, canHoldThreads, roomOf, timeOf } from './address.ts';
import { attachmentsOf } from './attachments.ts';
import type { Self } from './identity.ts';
import { type Names, type Naming, named } from './names.ts';
import { asWritten } from './neutral.ts';
import { outsideOf, unreadOf } from './outside.ts';
import type { WireChannel, WireInteraction, WireMessage, WireSpoken } from './wire.ts';

/** Who reads what Discord tells: us, and the names we know. */
export interface Reader {
  readonly self: Self;
  readonly names: Names;
}

const kinds = { plain: 0, reply: 19, starter: 21 } as const;
/** How a message refers to another one. */
const passingOn = 1;

/** What a person says; anything else (joins, pins, starters of threads, our own) is undefined. */
export function isSaid(message: WireMessage, self: Self): boolean {
  return message.author.id !== self.id && isWritten(message);
}

function isWritten({ type }: Pick<WireMessage, 'type'>): boolean {
  return type === kinds.plain || type === kinds.reply;
}

/** A mention in a channel begins a thread, whose id is the message's. */
export function messageOf(message: WireMessage, channel: WireChannel, reader: Reader): MessageEvent {
  const { self } = reader;
  const room = roomOf(channel);
  const begins = room === 'channel' && canHoldThreads(channel);
  const address = begins
    ? { platform: self.adapter, channel: channel.id, thread: message.id }
    : addressOf(self.adapter, channel);
  const attachments = attachmentsOf(message);
  const text = wordsOf(message, reader);
  const addressed = room === 'private' || isAddressed(message, self);
  const unread = unreadOf([message, ...passedOnBy(message)]);
  return {
    type: 'message',
    id: message.id,
    address,
    author: authorOf(message.author, message.member, Boolean(message.webhook_id)),
    room,
    at: timeOf(message.id),
    message: message.id,
    text,
    addressed,
    ...(!addressed && isToOthers(message) ? { toOthers: true } : {}),
    ...answerOf(message, reader),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(unread === undefined ? {} : { unread }),
  };
}

function isAddressed(
  { mentions, mention_roles: roles, referenced_message: answered }: WireMessage,
  self: Self,
) {
  return (
    mentions.some(({ id }) => id === self.id) ||
    roles.some((role) => self.roles.has(role)) ||
    answered?.author.id === self.id
  );
}

/** It names people, or answers one who is not its author: what is said to nobody is for everybody. */
function isToOthers({ author, mentions, referenced_message: answered, message_reference: how }: WireMessage) {
  const others = [...mentions, ...(answered && how?.type !== passingOn ? [answered.author] : [])];
  return others.some(({ id }) => id !== author.id);
}

type Answer = Pick<MessageEvent, 'replyTo' | 'quote'>;

/** What it answers, and what that said; a message that is passed on answers nothing. */
function answerOf(
  { message_reference: reference, referenced_message: other }: WireMessage,
  reader: Reader,
): Answer {
  if (!reference?.message_id || reference.type === passingOn) return {};
  const text = other ? quotedOf(other, reader) : '';
  return {
    replyTo: reference.message_id,
    ...(other && text !== '' ? { quote: { author: whoSaid(other), text } } : {}),
  };
}

type Told = NonNullable<WireMessage['referenced_message']>;

function whoSaid({ author, webhook_id: webhook }: Pick<Told, 'author' | 'webhook_id'>): Author {
  return authorOf(author, undefined, Boolean(webhook));
}

/** What we said ourselves is in Discord's dialect, with small print. */
function quotedOf(other: Told, reader: Reader): string {
  return other.author.id === reader.self.id
    ? named(asWritten(other.content), namingIn(other, reader))
    : textOf(other, reader, other);
}

function passedOnBy({ message_snapshots: passed }: WireMessage): readonly WireSpoken[] {
  return passed.map(({ message }) => message);
}

/** What a person says by a message; what they only pass on is a quotation of nobody known. */
function wordsOf(message: WireMessage, reader: Reader): string {
  const passed = passedOnBy(message)
    .map((one) => textOf(one, reader))
    .filter((text) => text !== '')
    .map((text) => forwardedText(text));
  return [textOf(message, reader, message), ...passed].filter((text) => text !== '').join('\n\n');
}

function namingIn({ mentions }: WireSpoken, { self, names }: Reader): Naming {
  return { mentions, names, isUs: (id) => id === self.id || self.roles.has(id) };
}

/** All words of a message, without the mention of us. `by`: who says it, where that is known. */
function textOf(message: WireSpoken, reader: Reader, by?: Pick<Told, 'author' | 'webhook_id'>): string {
  // Cards of a person's own message are what Discord shows of its links.
  const previews = by !== undefined && whoSaid(by).bot !== true;
  return [message.content, outsideOf(message, { previews })]
    .map((text) => named(text, namingIn(message, reader)))
    .filter((text) => text !== '')
    .join('\n\n');
}

/** What a person said earlier; undefined: a bot's, or no words. A thread begins with a sign for its first message. */
export function saidIn(message: WireMessage, reader: Reader): Said | undefined {
  const { referenced_message: first } = message;
  const starts = message.type === kinds.starter && first?.id ? { ...first, id: first.id } : undefined;
  if (starts === undefined && !isWritten(message)) return undefined;
  const author =
    starts === undefined
      ? authorOf(message.author, message.member, Boolean(message.webhook_id))
      : whoSaid(starts);
  const text = starts === undefined ? wordsOf(message, reader) : textOf(starts, reader, starts);
  if (author.bot === true || text === '') return undefined;
  const { id } = starts ?? message;
  return { message: id, author, text, at: timeOf(id) };
}

/** Where an earlier message stands, and whose it is. */
export interface Origin {
  readonly address: ThreadAddress;
  readonly room: Room;
  readonly author: Author;
}

/** undefined: no edit of a person, such as the preview of a link. */
export function editOf(message: WireMessage, origin: Origin, reader: Reader): MessageEditedEvent | undefined {
  const edited = message.edited_timestamp;
  if (!edited) return undefined;
  return {
    ...origin,
    type: 'message-edited',
    id: `${message.id}:${edited}`,
    at: Date.parse(edited),
    message: message.id,
    text: wordsOf(message, reader),
  };
}

/** Discord does not tell who deleted it; it can only be its author or a moderator. */
export function deletionOf(message: string, origin: Origin, now: number): MessageDeletedEvent {
  return { ...origin, type: 'message-deleted', id: `${message}:deleted`, at: now, message };
}

/** What every event of an interaction carries; undefined: it does not say who or where. */
export function deedOf(interaction: WireInteraction, adapter: string) {
  const { id, channel, member, user } = interaction;
  const who = member?.user ?? user;
  if (!who || !channel) return undefined;
  const place = roomOf(channel) === 'private' ? { id: channel.id, type: channel.type } : channel;
  return {
    id,
    address: addressOf(adapter, place),
    author: authorOf(who, member),
    room: roomOf(channel),
    at: timeOf(id),
  };
}

export type Deed = NonNullable<ReturnType<typeof deedOf>>;

export function commandOf(deed: Deed, { data }: WireInteraction, names: Names): CommandEvent {
  const given = (data?.options ?? []).map(({ value }) => String(value ?? '')).join(' ');
  const text = named(given, { mentions: data?.resolved?.users ?? [], isUs: () => false, names });
  return { ...deed, type: 'command', name: data?.name ?? '', text };
}
