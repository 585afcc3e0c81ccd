import type { MessageEntity } from 'grammy/types';
import { bad } from './refusal.ts';
import { type Marked, tdlib } from './tdlib.ts';

/** More marks than this are forgotten. */
const mostEntities = 100;

/** Found in plain text; a bot's text is searched like everyone's. */
const patterns: readonly (readonly [RegExp, 'mention' | 'bot_command' | 'hashtag' | 'url' | 'email'])[] = [
  [/(?<![\w@])@[a-z]\w{2,31}\b/giu, 'mention'],
  [/(?<![\w/<>])\/[a-z0-9_]{1,64}(@\w{3,32})?(?![\w/<>])/giu, 'bot_command'],
  [/(?<![\w#])#[\p{L}\p{N}_]*[\p{L}_][\p{L}\p{N}_]*/gu, 'hashtag'],
  [/\b(?:https?|tg|ftp):\/\/[^\s]+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|md|py|sh|rs)\b/giu, 'url'],
  [/\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b/giu, 'email'],
];

/** What Telegram makes of a plain text by itself; its own library decides where it is installed. */
function found(text: string): readonly MessageEntity[] {
  if (tdlib !== undefined) return tdlib.find(text);
  return patterns.flatMap(([pattern, type]) =>
    [...text.matchAll(pattern)].map((match) => ({ type, offset: match.index, length: match[0].length })),
  );
}

/** Marks of which a text can have only one at a time, and into which nothing found is put. */
const whole = new Set<MessageEntity['type']>([
  'code',
  'pre',
  'text_link',
  'text_mention',
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'url',
  'email',
  'phone_number',
  'custom_emoji',
]);
const quotes = new Set<MessageEntity['type']>(['blockquote', 'expandable_blockquote']);

/** The text as it will stand there: marks checked, spaces at both ends gone, and what the server finds added. */
export function accepted(text: string, entities: readonly MessageEntity[]): Marked {
  const checked = entities.filter((entity) => isInside(text, entity) && isTaken(entity));
  // Blank at the beginning goes as far as the first mark: the indent of code stays.
  const mark = Math.min(text.length, ...checked.map(({ offset }) => offset));
  const shift = Math.min(mark, text.length - text.trimStart().length);
  const shown = text.slice(shift).trimEnd();
  const own = nested(checked.flatMap((entity) => cut(entity, shift, shown.length)));
  const more = found(shown).filter((one) => !own.some((other) => whole.has(other.type) && meet(one, other)));
  return { text: shown, entities: [...own, ...more].toSorted(byPlace).slice(0, mostEntities) };
}

/** False: it marks nothing. Throws where it does not fit the text. */
function isInside(text: string, { offset, length }: MessageEntity): boolean {
  if (!Number.isInteger(offset) || offset < 0 || offset > 1_000_000)
    throw bad(`receive an entity with incorrect offset ${offset}`);
  if (!Number.isInteger(length) || length < 0 || length > 1_000_000)
    throw bad(`receive an entity with incorrect length ${length}`);
  if (offset + length > text.length)
    throw bad(
      `entity beginning at UTF-16 offset ${offset} ends after the end of the text at UTF-16 offset ${text.length}`,
    );
  if (isLow(text, offset)) throw bad(`entity begins in a middle of a UTF-16 symbol at byte offset ${offset}`);
  if (isLow(text, offset + length))
    throw bad(`entity ends in a middle of a UTF-16 symbol at byte offset ${offset + length}`);
  return length > 0;
}

/** A link that Telegram does not take is dropped without a word, and its text is plain. */
function isTaken(entity: MessageEntity): boolean {
  if (entity.type !== 'text_link') return true;
  if (tdlib === undefined) return /^(\w+:)?(\/\/)?[^/?#]*[^/?#.\s`"{}]\.[^/?#\s`"{}]+/.test(entity.url);
  return tdlib.takesLink(entity.url);
}

function isLow(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}

function cut(entity: MessageEntity, shift: number, end: number): readonly MessageEntity[] {
  const from = Math.max(0, entity.offset - shift);
  const to = Math.min(end, entity.offset + entity.length - shift);
  return to > from ? [{ ...entity, offset: from, length: to - from }] : [];
}

/** Code holds no other mark, quotes hold no quote, and what crosses is divided. */
function nested(entities: readonly MessageEntity[]): readonly MessageEntity[] {
  const kept: MessageEntity[] = [];
  for (const entity of entities.toSorted(byPlace)) {
    const others = kept.filter((other) => meet(entity, other));
    const shut = others.some(
      (other) =>
        other.type === 'code' ||
        other.type === 'pre' ||
        (quotes.has(other.type) && quotes.has(entity.type)) ||
        (whole.has(other.type) && whole.has(entity.type)) ||
        other.type === entity.type,
    );
    if (shut) continue;
    kept.push(...divided(entity, others));
  }
  return kept;
}

function divided(entity: MessageEntity, others: readonly MessageEntity[]): readonly MessageEntity[] {
  const end = entity.offset + entity.length;
  const crossing = others.map((other) => other.offset + other.length).filter((at) => at < end);
  const cuts = [entity.offset, ...crossing.toSorted((a, b) => a - b), end];
  return cuts.slice(1).flatMap((to, at) => {
    const from = cuts[at] ?? entity.offset;
    return to > from ? [{ ...entity, offset: from, length: to - from }] : [];
  });
}

function meet(one: MessageEntity, other: MessageEntity): boolean {
  return one.offset < other.offset + other.length && other.offset < one.offset + one.length;
}

function byPlace(a: MessageEntity, b: MessageEntity): number {
  return a.offset - b.offset || b.length - a.length;
}
