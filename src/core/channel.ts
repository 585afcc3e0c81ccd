/** What a platform must do to be a channel of Dragoman, and nothing about any one platform. */

import type { Attachment, InboundEvent, MessageId, Said, ThreadAddress } from './inbound.ts';
import type { OutboundFile, OutboundMessage } from './outbound.ts';
import type { Suggestion, Unfinished } from './suggestion.ts';

export type {
  Attachment,
  Author,
  ButtonEvent,
  CommandEvent,
  FormEvent,
  InboundEvent,
  MessageDeletedEvent,
  MessageEditedEvent,
  MessageEvent,
  MessageId,
  Room,
  Said,
  ThreadAddress,
} from './inbound.ts';
export type {
  Button,
  Form,
  FormField,
  FormOption,
  Outbound,
  OutboundFile,
  OutboundMessage,
} from './outbound.ts';
export type { Suggestion, Unfinished } from './suggestion.ts';

/** A command that people may use, for platforms that show a list of them. */
export interface CommandDescription {
  /** `[a-z]+`. */
  readonly name: string;
  /** One sentence without a full stop, at most 100 characters. */
  readonly description: string;
  /** What follows the name, as in a synopsis: `[model]`; unset: nothing. */
  readonly argument?: string;
  /** What the argument names: `Host.suggest` tells which there are. Unset: nothing that could be listed. */
  readonly names?: 'model' | 'agent' | 'session';
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
  /** Can a message of a person be an answer to a certain message of ours? */
  readonly replies: boolean;
  /** Files that `upload` takes; `none`: it has no `upload`. */
  readonly uploads: { readonly maxBytes: number } | 'none';
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

/**
 * Registers a handler on the process's one HTTP server; `path` may hold `:name` segments. `address`: of who asks, as
 * the connection tells it; behind a proxy it is the proxy's.
 */
export interface Routes {
  add(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    handler: (
      request: Request,
      params: Readonly<Record<string, string>>,
      address: string,
    ) => Promise<Response> | Response,
  ): void;
}

/** Facts for the operator: fields with ids only, then one fact in the past tense; no text and no name of people. */
export interface HostLog {
  debug(fields: object, fact: string): void;
  info(fields: object, fact: string): void;
  warn(fields: object, fact: string): void;
}

/** What the gateway gives to an adapter when it is made. */
export interface Host {
  /** Resolves when the event is stored; only then may the platform be acknowledged. Rejects when it is not. */
  receive(event: InboundEvent): Promise<void>;
  readonly documents: Documents;
  readonly routes: Routes;
  /** The commands of the gateway, in the order in which people should see them. */
  readonly commands: readonly CommandDescription[];
  /**
   * What a person who is writing a command could mean, the likeliest first, at most 25; nothing for those who may not
   * give it. May take as long as the agent server does: a platform in a hurry does not wait for it.
   */
  suggest?(unfinished: Unfinished): Promise<readonly Suggestion[]>;
  /**
   * May this person be answered here, by a post or a form of the adapter's own? What somebody does who may not is given
   * to `receive` as it is, and nothing else is done about it. Unset: they may.
   */
  admits?(deed: Pick<InboundEvent, 'author' | 'address' | 'room'>): Promise<boolean>;
  /** A post of the adapter's own is about to go out there: it counts against the rates like those of the gateway. */
  spent?(address: ThreadAddress): void;
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
  run(signal: AbortSignal): Promise<void>;
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
  /** Shows that this message was heard, in the platform's way: a sign at it, or a line for a few seconds. */
  showTyping?(address: ThreadAddress, message?: MessageId): Promise<void>;
  /**
   * The bytes of a file that came with a message, from the platform's own hosts only and never from elsewhere.
   * Throws `ChannelError`: `gone`, or `rejected` as soon as there are more than `maxBytes`. Ends when aborted.
   */
  download?(attachment: Attachment, maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
  /** Posts a file; `key` and errors as for `post`, and `find` finds it wherever it finds posts. */
  upload?(address: ThreadAddress, file: OutboundFile, key: string): Promise<MessageId>;
  /** What people said in the thread before this message, oldest first, at most `limit`, the newest of it. */
  history?(address: ThreadAddress, before: MessageId, limit: number): Promise<readonly Said[]>;
  /** What people in a channel that is opened to them should know of what we hear there, in one sentence; mostly none. */
  caveat?(address: ThreadAddress): Promise<string | undefined>;
  /** How people call a place, as far as it was told, and never by an id; unset or undefined: nothing of it is known but its ids. */
  placeName?(address: ThreadAddress): string | undefined;
  /** Gives a thread this name, of at most 100 characters, where it is ours to name. Throws `ChannelError`. */
  entitle?(address: ThreadAddress, title: string): Promise<void>;
  /** Where a person comes in, for the operator's eyes only: an address that may hold a secret; printed at start. */
  entrance?(): string;
}
