/** Text with marks by offset: what joins, cuts and indents it moves its marks along. Pure. */
import type { MessageEntity } from 'grammy/types';

/** A text and what is marked in it; offsets in UTF-16 units, as Telegram counts. */
export interface Styled {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
}

export function plain(text: string): Styled {
  return { text, entities: [] };
}

export function joined(parts: readonly Styled[], separator = ''): Styled {
  let text = '';
  const entities: MessageEntity[] = [];
  for (const [index, part] of parts.entries()) {
    if (index > 0) text += separator;
    for (const entity of part.entities) entities.push({ ...entity, offset: entity.offset + text.length });
    text += part.text;
  }
  return { text, entities };
}

/** What an entity is, without its place. */
export type Mark =
  | { readonly type: 'bold' | 'italic' | 'strikethrough' | 'code' | 'blockquote' }
  | { readonly type: 'pre'; readonly language?: string }
  | { readonly type: 'text_link'; readonly url: string }
  | { readonly type: 'text_mention'; readonly user: { id: number; is_bot: false; first_name: string } };

/** All of it marked, but for the blank at its ends, which Telegram cuts off; the indent of a first line stays. */
export function marked(inner: Styled, mark: Mark): Styled {
  const offset = mark.type === 'pre' ? 0 : inner.text.length - inner.text.trimStart().length;
  const length = inner.text.trimEnd().length - offset;
  if (length <= 0) return inner;
  return { text: inner.text, entities: [{ ...mark, offset, length }, ...inner.entities] };
}

/** Styles cannot contain code: they are marked around it. */
export function styled(inner: Styled, type: 'bold' | 'italic' | 'strikethrough'): Styled {
  const code = inner.entities.filter(isCode);
  const gaps: { from: number; to: number }[] = [];
  let from = 0;
  for (const { offset, length } of code.toSorted((a, b) => a.offset - b.offset)) {
    gaps.push({ from, to: offset });
    from = offset + length;
  }
  gaps.push({ from, to: inner.text.length });
  const marks = gaps.flatMap((gap): MessageEntity[] => {
    const part = inner.text.slice(gap.from, gap.to);
    const length = part.trim().length;
    const offset = gap.from + part.length - part.trimStart().length;
    return length === 0 ? [] : [{ type, offset, length }];
  });
  return { text: inner.text, entities: [...marks, ...inner.entities] };
}

function isCode({ type }: MessageEntity): boolean {
  return type === 'code' || type === 'pre';
}

/** Lines below the first get a lead; those of a code block stay as they are. */
export function hanging(inner: Styled, first: string, lead: string): Styled {
  const blocks = inner.entities.filter(({ type }) => type === 'pre');
  const breaks = [...inner.text.matchAll(/\n(?!\n|$)/g)]
    .map(({ index }) => index + 1)
    .filter((at) => !blocks.some(({ offset, length }) => at >= offset && at < offset + length));
  return joined([plain(first), inserted(inner, breaks, lead)]);
}

/** With `addition` at each of these places, which are in order. */
export function inserted(inner: Styled, places: readonly number[], addition: string): Styled {
  if (places.length === 0) return inner;
  const shift = (at: number): number => places.filter((place) => place <= at).length * addition.length;
  const cuts = [0, ...places];
  const text = cuts.map((from, index) => inner.text.slice(from, cuts[index + 1])).join(addition);
  const entities = inner.entities.map((entity) => {
    const offset = entity.offset + shift(entity.offset);
    const last = entity.offset + entity.length - 1;
    return { ...entity, offset, length: last + shift(last) - offset + 1 };
  });
  return { text, entities };
}

/** Without blank at its ends, but for the indent of a code block. */
export function trimmed({ text, entities }: Styled): Styled {
  const first = Math.min(...entities.filter(isCode).map(({ offset }) => offset));
  const cut = Math.min(first, text.length - text.trimStart().length);
  const kept = text.slice(cut).trimEnd();
  return {
    text: kept,
    entities: entities.flatMap((entity) => {
      const from = Math.max(0, entity.offset - cut);
      const to = Math.min(kept.length, entity.offset + entity.length - cut);
      return to > from ? [{ ...entity, offset: from, length: to - from }] : [];
    }),
  };
}
