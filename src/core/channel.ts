/**
 * What a platform must do to be a channel of Dragoman, and nothing about any one platform.
 *
 * Ids made by an adapter (channel, thread, message, author) are opaque: only that adapter makes or parses
 * them; everyone else stores and compares them.
 */

/** Where a conversation takes place. `platform` is the adapter's id. */
export interface ThreadAddress {
  readonly platform: string;
  readonly channel: string;
  readonly thread: string;
}

/** The platform's own id of one message, unique within its thread. */
export type MessageId = string;

/** Who did something. `id` is `<adapter id>:<the platform's stable id>`, never a name. */
export interface Author {
  readonly id: string;
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

/** A file that came with a message. */
export interface Attachment {
  /** The platform's own id of it. */
  readonly id: string;
  readonly name: string;
  /** The media type as the platform tells it; it proves nothing. */
  readonly mime: string;
  /** Bytes, as the platform tells it. */
  readonly size: number;
}

export interface MessageEvent extends InboundBase {
  readonly type: 'message';
  readonly message: MessageId;
  /** Markdown or plain text as the author wrote it, without the mention of the bot. */
  readonly text: string;
  /** Said to us: a mention, a private chat, a reply to us, or a thread that is ours by its nature. */
  readonly addressed: boolean;
  /** The message that this one answers, where the platform has replies. */
  readonly replyTo?: MessageId;
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

/** A command that people may use, for platforms that show a list of them. */
export interface CommandDescription {
  /** `[a-z]+`. */
  readonly name: string;
  /** One sentence without a full stop, at most 100 characters. */
  readonly description: string;
  /** What follows the name, as in a synopsis: `[model]`; unset: nothing. */
  readonly argument?: string;
}

/** One thing a person can press. */
export interface Button {
  readonly label: string;
  /** Opaque, at most 64 bytes; comes back in a `ButtonEvent`. */
  readonly token: string;
  readonly style: 'primary' | 'danger' | 'plain';
  /** Pressing it opens this form instead; a `FormEvent` follows. Only where `capabilities.forms` is set. */
  readonly form?: Form;
}

export interface Form {
  readonly token: string;
  readonly title: string;
  readonly submit: string;
  readonly fields: readonly FormField[];
}

export interface FormField {
  readonly id: string;
  readonly label: string;
  /** Without options: free text. With options: one of them, or several where `multiple`. */
  readonly options: readonly FormOption[];
  readonly multiple: boolean;
  /** With options: may the person write an answer of their own as well. */
  readonly custom: boolean;
  readonly required: boolean;
}

export interface FormOption {
  readonly label: string;
  readonly description: string;
}

export type SlotKind = 'activity' | 'text' | 'todo' | 'request' | 'notice';

/** What a message should show. The adapter renders it with what its platform has. */
export interface OutboundMessage {
  readonly kind: SlotKind;
  /** CommonMark with tables, task lists and strikethrough; fences are balanced, within `maxLength` of `measure`. */
  readonly markdown: string;
  /** Small print below the text, plain text; several lines are separated by `\n`. */
  readonly footnote?: string;
  readonly buttons: readonly Button[];
  /** A form shown open in the message itself, where `capabilities.forms` is `inline`. */
  readonly form?: Form;
  /** It will change again soon (streaming); `false` once it is final. */
  readonly live: boolean;
  /** Post without notifying anyone, where the platform can. */
  readonly silent: boolean;
  /** The one person whom this message may ping. */
  readonly mention?: Author['id'];
  /** The message of a person that this one belongs to. */
  readonly replyTo?: MessageId;
}

/** One limit of calls per time, as the platform states it. */
export interface Rate {
  /** What shares one budget: a thread, all threads of a channel, or all that one token does. */
  readonly scope: 'thread' | 'channel' | 'token';
  readonly calls: 'post' | 'edit' | 'any';
  readonly limit: number;
  readonly windowMs: number;
  /** Where it holds; unset: everywhere. Pure. */
  covers?(address: ThreadAddress): boolean;
}

/** A limit is data because rendering is pure; an ability is a method of the adapter because it acts. */
export interface Capabilities {
  /** Longest text of one message, in units of `measure`. */
  readonly maxLength: number;
  /** Length of a Markdown text as the platform counts it. Pure. */
  measure(markdown: string): number;
  readonly edits: 'any' | 'append' | 'none';
  /** Does an edit reach the person whom it mentions? Most platforms tell people of new messages only. */
  readonly editsNotify: boolean;
  readonly buttons: { readonly perMessage: number; readonly labelLength: number };
  /** `inline`: a message can hold a form; `none`: own text comes as a reply to the message. */
  readonly forms: 'inline' | 'none';
  readonly rates: readonly Rate[];
  /** Posting the same key again yields the first message instead of a second one. */
  readonly recognisesRepeatedPost: boolean;
}

/** Durable small state of one adapter: cursors, or messages where the adapter is itself the platform. */
export interface Documents {
  get(collection: string, key: string): Promise<unknown>;
  put(collection: string, key: string, value: unknown): Promise<void>;
  remove(collection: string, key: string): Promise<void>;
  /** All of a collection in order of keys. */
  list(collection: string): Promise<readonly { readonly key: string; readonly value: unknown }[]>;
}

/** Registers a handler on the process's one HTTP server; `path` may hold `:name` segments. */
export interface Routes {
  add(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    handler: (request: Request, params: Readonly<Record<string, string>>) => Promise<Response> | Response,
  ): void;
}

/** Facts for the operator: fields with ids only, then one fact in the past tense; no text and no name of people. */
export interface HostLog {
  debug(fields: object, fact: string): void;
  info(fields: object, fact: string): void;
  warn(fields: object, fact: string): void;
}

/** What the gateway gives to an adapter. */
export interface Host {
  /** Resolves when the event is stored; only then may the platform be acknowledged. Rejects when it is not. */
  receive(event: InboundEvent): Promise<void>;
  readonly documents: Documents;
  readonly routes: Routes;
  /** The commands of the gateway, in the order in which people should see them. */
  readonly commands: readonly CommandDescription[];
  /** Resolves when it is stored that a channel has another id from now on; its threads move with it. */
  channelMoved(from: string, to: string): Promise<void>;
  /** Proof that inbound events can arrive (a poll answered, a socket said hello): part of ready. */
  alive(proof: string): void;
  /** Inbound events cannot arrive now, and why, with what to do: not ready until the next proof. */
  ailing(reason: string): void;
  /** A secret that stays the same as long as the operator's secret does; one per purpose, hex. */
  secret(purpose: string): string;
  readonly log: HostLog;
}

export interface ChannelAdapter {
  readonly id: string;
  readonly capabilities: Capabilities;
  /** Receives until aborted; resolves after a clean end, rejects when it cannot go on. */
  run(host: Host, signal: AbortSignal): Promise<void>;
  /** `key` (at most 25 characters) is the same for every try of the same post. Throws `ChannelError`. */
  post(address: ThreadAddress, message: OutboundMessage, key: string): Promise<MessageId>;
  /** Makes a message show this instead. An unchanged message is no error. Throws `ChannelError`. */
  edit(address: ThreadAddress, id: MessageId, message: OutboundMessage): Promise<void>;

  /** Takes a message away. A message that is already gone is no error. */
  remove?(address: ThreadAddress, id: MessageId): Promise<void>;
  /** Was the post with this key made? */
  find?(address: ThreadAddress, key: string): Promise<MessageId | undefined>;
  /** Tells something to one person only, in answer to what they did. */
  whisper?(event: InboundEvent, text: string): Promise<void>;
  /** Shows for a few seconds that a message was heard. */
  showTyping?(address: ThreadAddress): Promise<void>;
  /** Where a person comes in, for the operator's eyes only: an address that may hold a secret; printed at start. */
  entrance?(host: Host): string;
}
