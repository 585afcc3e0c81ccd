/** What people mean by the name of the bot and by a command: taken out of what they wrote. Pure. */
import type { Message, MessageEntity } from 'grammy/types';
import { tellingOf } from './contents.ts';
import type { Self } from './identity.ts';
import { type MarkedText, withMarks } from './marks.ts';

/** What a person wrote, and whether it names the bot. */
export interface Wording {
  /** Without the mention of the bot. */
  readonly text: string;
  readonly mentioned: boolean;
}

export function wordingOf(message: Message, self: Self): Wording {
  const given = markedIn(message);
  const bare = wordsIn(given, self);
  // What a command is given is taken as it stands: a code that was copied brings its marks along.
  const told = /^[!/]/.test(bare) ? given : withMarks(given);
  const whole = [wordsIn(told, self), tellingOf(message)].filter((part) => part !== '').join('\n\n');
  return { text: whole, mentioned: mentionsIn(given, self).length > 0 };
}

function markedIn({ text, caption, entities, caption_entities: below }: Message): MarkedText {
  return { text: text ?? caption ?? '', entities: entities ?? below ?? [] };
}

/** Without the mention of the bot. */
function wordsIn(marked: MarkedText, self: Self): string {
  return withoutAll(marked.text, mentionsIn(marked, self)).trim();
}

function mentionsIn({ text, entities }: MarkedText, self: Self): readonly MessageEntity[] {
  return entities.filter((entity) => names(text, entity, self));
}

function names(text: string, entity: MessageEntity, self: Self): boolean {
  if (entity.type === 'text_mention') return entity.user.id === self.id;
  return entity.type === 'mention' && same(partOf(text, entity).slice(1), self.username);
}

/** People are named in it who are not us. */
export function namesOthers(message: Message, self: Self): boolean {
  const { text, entities } = markedIn(message);
  const people = entities.filter(({ type }) => type === 'mention' || type === 'text_mention');
  return people.some((entity) => !names(text, entity, self));
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
  const { text, entities } = markedIn(message);
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
