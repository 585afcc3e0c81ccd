/**
 * What people do on a platform, as plain JSON.
 *
 * Ids made by an adapter (channel, thread, message, author, file) are opaque: only that adapter makes or parses
 * them; everyone else stores and compares them.
 */
import type { MessageId, PersonId } from './ids.ts';

export type { MessageId } from './ids.ts';

/** Where a conversation takes place. `platform` is the adapter's id. */
export interface ThreadAddress {
  readonly platform: string;
  readonly channel: string;
  readonly thread: string;
}

/** Who did something. */
export interface Author {
  readonly id: PersonId;
  readonly name: string;
  readonly guest?: boolean;
  readonly bot?: boolean;
  readonly outside?: boolean;
  /** Speaks as a group or a channel: nobody who could be known, whatever the id. */
  readonly anonymous?: boolean;
}

/**
 * Among whom something was said. `private`: one person with us. `thread`: a conversation of its own among several
 * people, all of which is said to us once it is ours. `channel`: many conversations at once, where only what is
 * addressed to us is for us.
 */
export type Room = 'private' | 'thread' | 'channel';

/** What every inbound event carries. Plain JSON: this is what the inbox stores. */
interface InboundBase {
  /** The platform's own event id. The same id (per adapter) is the same event. */
  readonly id: string;
  readonly address: ThreadAddress;
  readonly author: Author;
  readonly room: Room;
  /** When it happened on the platform, epoch milliseconds. */
  readonly at: number;
}

/** A file that came with a message. Its bytes come by `ChannelAdapter.download`. */
export interface Attachment {
  /** The adapter's own id of it, enough to download it later, also in another process; never an address. */
  readonly id: string;
  readonly name: string;
  /** The media type as the platform tells it; it proves nothing. */
  readonly mime: string;
  /** Bytes, as the platform tells it. */
  readonly size: number;
}

/** What somebody said in a thread. */
export interface Said {
  readonly message: MessageId;
  readonly author: Author;
  /** As `MessageEvent.text`. */
  readonly text: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface MessageEvent extends InboundBase {
  readonly type: 'message';
  readonly message: MessageId;
  /** Markdown or plain text as the author wrote it, without the mention of the bot. */
  readonly text: string;
  /** Said to us: a mention, a private chat, a reply to us, or a thread that is ours by its nature. */
  readonly addressed: boolean;
  /** It names other people and not us, or answers one of them: in a thread of ours it is said to them. */
  readonly toOthers?: boolean;
  /** It is addressed to us since a change of it; what it was before may have been told. */
  readonly revised?: boolean;
  /** The message that this one answers, where the platform has replies. */
  readonly replyTo?: MessageId;
  /** What the answered message said, or the part of it that was quoted, where the platform tells it. */
  readonly quote?: Pick<Said, 'author' | 'text'>;
  /** What it holds besides that nobody could be given, as one names it: `a sticker`. */
  readonly unread?: string;
  /** All files of what people see as one message, in its order (an album is one message). */
  readonly attachments?: readonly Attachment[];
}

/**
 * A command in the platform's own form (`/status`, a slash command). As a text (`!status`) it is a message, and
 * the gateway finds the command in it.
 */
export interface CommandEvent extends InboundBase {
  readonly type: 'command';
  /** Without slash and without the bot's name. */
  readonly name: string;
  /** What follows the name. */
  readonly text: string;
  /** The message that holds the command, where the platform shows it as one. */
  readonly message?: MessageId;
  readonly replyTo?: MessageId;
}

export interface MessageEditedEvent extends InboundBase {
  readonly type: 'message-edited';
  readonly message: MessageId;
  readonly text: string;
}

export interface MessageDeletedEvent extends InboundBase {
  readonly type: 'message-deleted';
  readonly message: MessageId;
}

export interface ButtonEvent extends InboundBase {
  readonly type: 'button';
  /** The message that carries the button. */
  readonly message: MessageId;
  /** `Button.token`, as it was posted. */
  readonly token: string;
}

export interface FormEvent extends InboundBase {
  readonly type: 'form';
  readonly message: MessageId;
  /** `Form.token`, as it was posted. */
  readonly token: string;
  /** Field id to the chosen values or the text written; an empty list where nothing was given. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

export type InboundEvent =
  | MessageEvent
  | MessageEditedEvent
  | MessageDeletedEvent
  | CommandEvent
  | ButtonEvent
  | FormEvent;
