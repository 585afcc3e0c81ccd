/** Messages as the page gets them: HTML instead of Markdown, and nothing that people are not to see. */
import type { Button, Form, OutboundMessage } from '../../src/core/channel.ts';
import { format } from './format.ts';
import { isPicture } from './pictures.ts';
import type { AgentRecord, FileFacts, MessageRecord, PersonRecord } from './records.ts';

/** A message as the page gets it. */
export type WireMessage = WireAgentMessage | WirePersonMessage;

interface WireFile {
  /** Its bytes: `/api/files/<id>`. */
  readonly id: string;
  readonly name: string;
  readonly size: number;
  /** It can be shown as one. */
  readonly picture: boolean;
}

interface WireAgentMessage {
  readonly from: 'agent';
  readonly id: string;
  readonly sequence: number;
  readonly at: number;
  readonly kind: OutboundMessage['kind'];
  /** Safe to insert. */
  readonly html: string;
  readonly footnote: string;
  readonly files: readonly WireFile[];
  readonly buttons: readonly Button[];
  readonly form: Form | null;
  readonly live: boolean;
  readonly replyTo: string | null;
}

interface WirePersonMessage {
  readonly from: 'person';
  readonly id: string;
  readonly sequence: number;
  readonly at: number;
  /** The sender's own id of it: by this the page knows its own. */
  readonly key: string;
  readonly text: string;
  readonly files: readonly WireFile[];
  readonly edited: boolean;
  readonly deleted: boolean;
  readonly replyTo: string | null;
}

/** Shows messages as the page gets them; HTML is made once for each content. */
export type Show = (message: MessageRecord) => WireMessage;

export function createShow(): Show {
  const made = new WeakMap<OutboundMessage, string>();
  return (message) => {
    if (message.from === 'person') return showPerson(message);
    const html = made.get(message.content) ?? htmlOf(message.content);
    made.set(message.content, html);
    return showAgent(message, html);
  };
}

function htmlOf({ kind, markdown }: OutboundMessage): string {
  return format(markdown, { breaks: kind !== 'text' });
}

function showAgent({ id, sequence, at, content, files }: AgentRecord, html: string): WireAgentMessage {
  const { kind, footnote = '', buttons, form = null, live, replyTo = null } = content;
  const shown = { kind, html, footnote, files: showFiles(files), buttons, form, live, replyTo };
  return { from: 'agent', id, sequence, at, ...shown };
}

function showPerson(message: PersonRecord): WirePersonMessage {
  const { id, sequence, at, key, edited, deleted, replyTo = null } = message;
  return {
    from: 'person',
    id,
    sequence,
    at,
    key,
    text: deleted ? '' : message.text,
    files: deleted ? [] : showFiles(message.files),
    edited,
    deleted,
    replyTo,
  };
}

function showFiles(files: readonly FileFacts[] = []): readonly WireFile[] {
  return files.map((file) => ({ id: file.id, name: file.name, size: file.size, picture: isPicture(file) }));
}
