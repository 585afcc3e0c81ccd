/** What people mean by the name of the bot and by a command: taken out of what they wrote. Pure. */
import type { Message, MessageEntity } from 'grammy/types';
import type { Self } from './identity.ts';

/** What a person wrote, and whether it names the bot. */
export interface Wording {
  /** Without the mention of the bot. */
  readonly text: string;
  readonly mentioned: boolean;
}

export function wordingOf(message: Message, self: Self): Wording {
  const text = message.text ?? message.caption ?? '';
  const entities = message.entities ?? message.caption_entities ?? [];
  const mentions = entities.filter((entity) => names(text, entity, self));
  return { text: withoutAll(text, mentions).trim(), mentioned: mentions.length > 0 };
}

function names(text: string, entity: MessageEntity, self: Self): boolean {
  if (entity.type === 'text_mention') return entity.user.id === self.id;
  return entity.type === 'mention' && same(partOf(text, entity).slice(1), self.username);
}

function withoutAll(text: string, entities: readonly MessageEntity[]): string {
  return entities
    .toSorted((a, b) => b.offset - a.offset)
    .reduce((rest, entity) => without(rest, entity), text);
}

/** At the beginning it is an address, with its comma; within a sentence one of the two spaces goes too. */
function without(text: string, { offset, length }: MessageEntity): string {
  const before = text.slice(0, offset);
  const after = text.slice(offset + length);
  if (before.trim() === '') return after.replace(/^\s*[,:]?\s*/, '');
  return /\s$/.test(before) ? before + after.replace(/^ /, '') : before + after;
}

/** A command that a message begins with; `other`: it is meant for another bot. */
export type Called = { readonly name: string; readonly text: string } | 'other' | undefined;

export function commandIn(message: Message, self: Self): Called {
  const text = message.text ?? message.caption ?? '';
  const entities = message.entities ?? message.caption_entities ?? [];
  const entity = entities.find(({ type, offset }) => type === 'bot_command' && offset === 0);
  if (entity === undefined) return undefined;
  const [name = '', bot] = partOf(text, entity).slice(1).split('@');
  if (bot !== undefined && !same(bot, self.username)) return 'other';
  return { name: nameOf(name.toLowerCase()), text: text.slice(entity.length).trim() };
}

/** Apps send `/start` for a person who opens the chat for the first time: they want to know what can be done. */
function nameOf(name: string): string {
  return name === 'start' ? 'help' : name;
}

function partOf(text: string, { offset, length }: MessageEntity): string {
  return text.slice(offset, offset + length);
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
