import type { MessageEntity } from 'grammy/types';
import type { Room } from './chats.ts';
import type { Media } from './media.ts';
import type { Content, Service, Stored } from './messages.ts';
import { shownRich } from './rich.ts';

/** One message as a person sees it. */
export interface Shown {
  readonly id: number;
  readonly from: string;
  /** With simple marks: `*bold*`, `_italic_`, `` `code` ``, `[text](address)`. */
  readonly text: string;
  /** Without them. */
  readonly plain: string;
  /** As Telegram keeps it, with what it found in the text. */
  readonly content: Content;
  readonly buttons: readonly (readonly string[])[];
  /** It made no sound. */
  readonly silent: boolean;
  readonly replyTo: number | undefined;
  /** Signs that the bot put there. */
  readonly signs: readonly string[];
  readonly edited: boolean;
}

/** The messages of a chat, or of one topic; without one, those of General. `as`: with what only this person sees. */
export function shownIn(room: Room, topic?: number, as?: number): readonly Shown[] {
  return room.messages
    .filter((one) => !one.deleted && one.topic === topic)
    .filter(({ onlyFor }) => onlyFor === undefined || onlyFor === as)
    .map(shown);
}

/** The same as one text. */
export function screenOf(room: Room, topic?: number, as?: number): string {
  return shownIn(room, topic, as)
    .map(({ from, text, buttons }) => {
      const rows = buttons.map((row) => row.map((label) => `[${label}]`).join(' '));
      return [`${from}: ${text}`, ...rows].join('\n').replace(/\n(?!\n|$)/g, '\n  ');
    })
    .join('\n');
}

function shown(message: Stored): Shown {
  const { id, from, content, service, keyboard, silent, replyTo, editedAt, onlyFor } = message;
  const { text, caption, entities = [], media, rich } = content;
  const file = media === undefined ? [] : [`(${fileIn(media)})`];
  const words = text ?? caption;
  const body = [
    ...file,
    ...(words === undefined ? [] : [marked(words, entities)]),
    ...(rich === undefined ? [] : [shownRich(rich)]),
    ...(service === undefined ? [] : [`(${told(service)})`]),
  ].join('\n');
  const speaker = from.chat?.title ?? from.user.first_name;
  return {
    id,
    from: onlyFor === undefined ? speaker : `${speaker} (only here)`,
    text: seen(body),
    plain: seen(words ?? body),
    content,
    buttons: (keyboard?.inline_keyboard ?? []).map((row) => row.map((button) => button.text)),
    silent,
    replyTo,
    signs: message.signs,
    edited: editedAt !== undefined,
  };
}

function fileIn({ document, ...others }: Media): string {
  return document?.file_name ?? Object.keys(others)[0] ?? 'file';
}

/** Signs that join words without a gap are not seen. */
const seen = (text: string) => text.replace(/\u2060/g, '');

function told(service: Service): string {
  const { forum_topic_created: created, forum_topic_edited: edited, migrate_to_chat_id: to } = service;
  if (created !== undefined) return `topic: ${created.name}`;
  if (edited !== undefined) return `topic is now: ${edited.name ?? ''}`;
  if (service.forum_topic_closed !== undefined) return 'topic closed';
  if (service.forum_topic_reopened !== undefined) return 'topic opened again';
  if (service.new_chat_members !== undefined) return 'joined';
  if (service.left_chat_member !== undefined) return 'left';
  return to === undefined ? 'was a group' : 'is a supergroup now';
}

/** Marks of a text that people see; what Telegram finds by itself looks like a link and says nothing more. */
function marked(text: string, entities: readonly MessageEntity[]): string {
  const inserts: { readonly at: number; readonly order: number; readonly mark: string }[] = [];
  for (const entity of entities) {
    const marks = marksOf(entity);
    if (marks === undefined) continue;
    const { offset, length } = entity;
    inserts.push({ at: offset, order: 1_000_000 - length, mark: marks[0] });
    inserts.push({ at: offset + length, order: length - 1_000_000, mark: marks[1] });
  }
  let out = '';
  let from = 0;
  for (const { at, mark } of inserts.toSorted((a, b) => a.at - b.at || a.order - b.order)) {
    out += text.slice(from, at) + mark;
    from = at;
  }
  return out + text.slice(from);
}

function marksOf(entity: MessageEntity): readonly [string, string] | undefined {
  switch (entity.type) {
    case 'bold':
      return ['*', '*'];
    case 'italic':
      return ['_', '_'];
    case 'underline':
      return ['__', '__'];
    case 'strikethrough':
      return ['~', '~'];
    case 'spoiler':
      return ['||', '||'];
    case 'code':
      return ['`', '`'];
    case 'pre':
      return [`\`\`\`${entity.language ?? ''}\n`, '\n```'];
    case 'text_link':
      return ['[', `](${entity.url})`];
    case 'text_mention':
      return ['<', '>'];
    case 'blockquote':
    case 'expandable_blockquote':
      return ['«', '»'];
    default:
      return undefined;
  }
}
