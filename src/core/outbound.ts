/** What a thread is made to show. */

import type { Author, MessageId } from './inbound.ts';

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

export type MessageKind = 'activity' | 'text' | 'todo' | 'request' | 'notice';

/** What a message should show. The adapter renders it with what its platform has. */
export interface OutboundMessage {
  readonly kind: MessageKind;
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

/** A file that a thread should show, as a message of its own that never changes. */
export interface OutboundFile {
  /** Without a path. */
  readonly name: string;
  readonly mime: string;
  /** At most `capabilities.uploads.maxBytes`. */
  readonly bytes: Uint8Array;
  /** What it is, above the file: CommonMark, at most 500 characters of `measure`. */
  readonly markdown: string;
  /** Post without notifying anyone, where the platform can. */
  readonly silent: boolean;
  readonly replyTo?: MessageId;
}

/** What one message of a thread shows. */
export type Outbound = OutboundMessage | OutboundFile;

export function isFile(content: Outbound): content is OutboundFile {
  return 'bytes' in content;
}

/** A sentence of ours as a message: final, and nobody is disturbed by it, unless `more` says otherwise. */
export function noticeOf(markdown: string, more: Partial<OutboundMessage> = {}): OutboundMessage {
  return { kind: 'notice', markdown, buttons: [], live: false, silent: true, ...more };
}
