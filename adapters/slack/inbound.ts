/** What Slack tells, and the event that each becomes. Pure. */
import type {
  Attachment,
  Author,
  CommandEvent,
  InboundEvent,
  Room,
  ThreadAddress,
} from '../../src/core/channel.ts';
import { forwardedText } from '../../src/core/forwarded.ts';
import type { Self } from './identity.ts';
import { filesIn, type SharedWords, sharedIn, spokenText } from './spoken.ts';
import type { FileWire, MessageWire, PressWire, SaidWire, SessionWire, SlashWire } from './wire.ts';
import { mentionsIn, type Names, readable } from './wording.ts';

/** The definition's id, with which ids of authors begin whatever the adapter is called. */
export const platform = 'slack';

/** What stands in a channel or a direct message itself, outside its threads: one conversation. */
export const main = 'main';

/** Who wrote something, before anything is looked up. */
export interface Writer {
  readonly user: string;
  /** A program, and what it calls itself. */
  readonly bot?: string;
}

interface Deed {
  readonly id: string;
  readonly writer: Writer;
  readonly address: ThreadAddress;
  readonly room: Room;
  /** Milliseconds, with a fraction that tells neighbours apart. */
  readonly at: number;
  readonly message: string;
}

/** One gesture of a person, with its text as Slack writes it. */
export type Gesture =
  | (Deed & {
      readonly type: 'said';
      readonly text: string;
      readonly addressed: boolean;
      /** It names people, and not us. */
      readonly toOthers: boolean;
      readonly files: readonly FileWire[];
      /** Messages of elsewhere that were passed on with it. */
      readonly shared: readonly SharedWords[];
      /** It mentions us since a change of it. */
      readonly revised: boolean;
    })
  | (Deed & { readonly type: 'edited'; readonly text: string })
  | (Deed & { readonly type: 'deleted' });

/** Slack's own voice, which passes for a person. */
const slackbot = 'USLACKBOT';

/** Kinds of messages that hold what somebody said; all others are notices of the platform. */
const spoken = new Set([undefined, 'file_share', 'thread_broadcast', 'me_message', 'bot_message']);

/** `undefined`: nothing of a person's, such as an echo of our own message. */
export function gestureOf(event: MessageWire, self: Self): Gesture | undefined {
  if (event.subtype === 'message_changed') return changeOf(event, self);
  if (event.subtype === 'message_deleted') return removalOf(event, event.previous_message, self);
  // What a person's client made is said by a person, whatever kind it is told to be.
  if (!spoken.has(event.subtype) && event.client_msg_id === undefined) return undefined;
  const revised = event.type === 'app_mention' && event.edited !== undefined;
  if (revised && isOld(event)) return undefined;
  return saidOf(event, event, self, revised);
}

/**
 * A message that mentions us goes by an id of its own, so that one that does so since a change of it is new, and one
 * that did before is known.
 */
function saidOf(event: MessageWire, message: SaidWire, self: Self, revised: boolean): Gesture | undefined {
  const text = spokenText(message);
  const isCall = mentions(text, self);
  const id = `${isCall ? 'mention' : 'message'}/${event.channel}/${message.ts}`;
  const deed = deedOf(event, message, self, id);
  if (deed === undefined) return undefined;
  const addressed = deed.room === 'private' || isCall;
  const toOthers = !addressed && mentionsIn(text).people.some((user) => user !== deed.writer.user);
  const [files, shared] = [filesIn(message), sharedIn(message)];
  return { ...deed, type: 'said', text, addressed, toOthers, files, shared, revised };
}

/** Known ids are forgotten after a week: of what is older nobody knows whether it was answered. */
function isOld({ ts, edited }: MessageWire): boolean {
  return Number(edited?.ts ?? ts) - Number(ts) > 6 * 24 * 3600;
}

/** Previews of links and our own edits change a message too; only another text is an edit of a person. */
function changeOf(event: MessageWire, self: Self): Gesture | undefined {
  const { message: now, previous_message: before } = event;
  if (now === undefined) return undefined;
  // A message with replies leaves a stone behind when it is deleted.
  if (now.subtype === 'tombstone') return removalOf(event, before ?? now, self);
  const text = spokenText(now);
  const textBefore = before === undefined ? undefined : spokenText(before);
  if (textBefore === text) return undefined;
  if (
    textBefore !== undefined &&
    !mentions(textBefore, self) &&
    mentions(text, self) &&
    !isPrivate(event.channel, event.channel_type)
  )
    return saidOf(event, now, self, true);
  const version = now.edited?.ts ?? event.event_ts ?? event.ts;
  const deed = deedOf(
    event,
    { ...now, text: textBefore ?? text },
    self,
    `edit/${event.channel}/${now.ts}/${version}`,
  );
  return deed === undefined ? undefined : { ...deed, type: 'edited', text };
}

function removalOf(event: MessageWire, gone: SaidWire | undefined, self: Self): Gesture | undefined {
  if (gone === undefined) return undefined;
  const deed = deedOf(event, gone, self, `delete/${event.channel}/${gone.ts}`);
  return deed === undefined ? undefined : { ...deed, type: 'deleted' };
}

/** `message`: what decides where it stands, with the text that it had when it was new. */
function deedOf(event: MessageWire, message: SaidWire, self: Self, id: string): Deed | undefined {
  const { user, bot_id: bot, ts } = message;
  if (bot === self.bot || user === self.user) return undefined;
  const writer = user ?? bot;
  if (writer === undefined) return undefined;
  const isBot = bot !== undefined || writer === slackbot;
  const name = isBot
    ? (message.username ?? message.bot_profile?.name ?? (writer === slackbot ? 'Slackbot' : 'a bot'))
    : undefined;
  return {
    id,
    writer: { user: writer, ...(name === undefined ? {} : { bot: name }) },
    ...placeOf(event, message, self),
    // Of the two events of a mention the message goes first: it holds the files.
    at: millisecondsOf(event.event_ts ?? ts) + (event.type === 'app_mention' ? halfMicrosecond : 0),
    message: ts,
  };
}

/** A mention in a channel opens a thread; what is said there to no one stays in the channel's conversation. */
function placeOf(
  { channel, channel_type: kind }: MessageWire,
  { ts, thread_ts: parent, text }: SaidWire,
  self: Self,
): Pick<Deed, 'address' | 'room'> {
  const reply = parent !== undefined && parent !== ts;
  if (isPrivate(channel, kind))
    return { address: addressOf(self, channel, reply ? parent : main), room: 'private' };
  if (reply) return { address: addressOf(self, channel, parent), room: 'thread' };
  if (mentions(text ?? '', self)) return { address: addressOf(self, channel, ts), room: 'thread' };
  return { address: addressOf(self, channel, main), room: 'channel' };
}

/** Less than there is between two times of Slack, milliseconds. */
const halfMicrosecond = 0.0005;

/** Slack's times are seconds with six decimals. */
export function millisecondsOf(ts: string): number {
  return Number(ts) * 1000;
}

export function isPrivate(channel: string, kind?: string): boolean {
  return kind === undefined ? channel.startsWith('D') : kind === 'im' || kind === 'app_home';
}

export function addressOf({ adapter }: Self, channel: string, thread: string): ThreadAddress {
  return { platform: adapter, channel, thread };
}

function mentions(text: string, { user }: Self): boolean {
  return text.includes(`<@${user}>`) || text.includes(`<@${user}|`);
}

/** What was looked up for a gesture. */
export interface Facts {
  readonly author: Author;
  readonly names: Names;
  readonly attachments: readonly Attachment[];
  /** Who wrote the message that was passed on, where one was. */
  readonly quoted?: Author;
}

export function eventOf(gesture: Gesture, self: Self, facts: Facts): InboundEvent {
  const { id, address, room, at, message } = gesture;
  const { author, names, attachments, quoted } = facts;
  const base = { id, address, author, room, at: Math.round(at), message };
  switch (gesture.type) {
    case 'said': {
      const { text, addressed, toOthers, shared, revised } = gesture;
      const own = readable(text, self.user, names);
      const quote = quoteOf(shared, self, names);
      // Passed on without a word: the quotation is all there is.
      const words = own === '' && quote !== '' ? forwardedText(quote, quoted?.name) : own;
      return {
        ...base,
        type: 'message',
        text: words,
        addressed,
        ...(toOthers ? { toOthers } : {}),
        ...(revised ? { revised } : {}),
        ...(attachments.length === 0 ? {} : { attachments }),
        ...(quoted === undefined || quote === '' || own === ''
          ? {}
          : { quote: { author: quoted, text: quote } }),
      };
    }
    case 'edited':
      return { ...base, type: 'message-edited', text: readable(gesture.text, self.user, names) };
    case 'deleted':
      return { ...base, type: 'message-deleted' };
  }
}

/** Of several, each but the first under the name of who wrote it. */
function quoteOf(shared: readonly SharedWords[], self: Self, names: Names): string {
  return shared
    .map(({ from, text }, at) => {
      const words = readable(text, self.user, names);
      return at === 0 || from.author_name === undefined ? words : `${from.author_name}: ${words}`;
    })
    .join('\n\n');
}

export interface SlackPlace {
  readonly address: ThreadAddress;
  readonly room: Room;
}

/** Where a pressed message stands. */
export function placeOfPress({ channel, container, message }: PressWire, self: Self): SlackPlace {
  const parent = container.thread_ts ?? message?.thread_ts;
  const thread = parent ?? main;
  const room = isPrivate(channel.id) ? 'private' : parent === undefined ? 'channel' : 'thread';
  return { address: addressOf(self, channel.id, thread), room };
}

/** What people do to Slack's own session of a thread is a command there. `undefined`: it is our own doing. */
export function sessionCommandOf(
  { channel, thread_ts: thread, user, title, event_ts: ts }: SessionWire,
  self: Self,
): Omit<CommandEvent, 'author'> | undefined {
  if (user === self.user) return undefined;
  return {
    type: 'command',
    id: `session/${channel}/${thread}/${ts}`,
    address: addressOf(self, channel, thread),
    room: isPrivate(channel) ? 'private' : 'thread',
    at: Math.round(millisecondsOf(ts)),
    name: title === undefined ? 'stop' : 'rename',
    text: title ?? '',
  };
}

/** `/dragoman status now` is the command `status`; alone it asks for help. */
export function commandOf(
  slash: SlashWire,
  self: Self,
  { author, at }: Pick<CommandEvent, 'author' | 'at'>,
): CommandEvent {
  const { channel_id: channel, trigger_id: trigger } = slash;
  const [, name = 'help', text = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(slash.text) ?? [];
  return {
    type: 'command',
    id: `command/${trigger}`,
    address: addressOf(self, channel, main),
    room: isPrivate(channel) ? 'private' : 'channel',
    author,
    at,
    name: name.replace(/^[/!]/, ''),
    text: text.trim(),
  };
}

/** `slack:U1` is the person `U1`. */
export function userOf(author: Author['id']): string {
  return author.slice(platform.length + 1);
}
