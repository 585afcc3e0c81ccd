/** Marks that carry meaning, written out: addresses under words, code, quotations. Pure. */
import type { MessageEntity } from 'grammy/types';

/** A text and what is marked in it, as Telegram tells it; offsets in UTF-16 units. */
export interface MarkedText {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
}

interface Insertion {
  readonly at: number;
  readonly words: string;
  /** Ends what it stands behind: before all that begins there. */
  readonly closes: boolean;
  /** Of two that stand at one place the wider mark is outside; of two as wide the one that is told first. */
  readonly length: number;
  readonly rank: number;
}

/**
 * The text with its links, code and quotations as Markdown; the other marks stay entities, with their places moved.
 * How something is set (bold, italic) says nothing to an agent, and is left out.
 */
export function withMarks({ text, entities }: MarkedText): MarkedText {
  const insertions = entities.flatMap((entity, rank) => insertionsOf(text, entity, rank)).toSorted(inOrder);
  const shift = (at: number, own: boolean) =>
    insertions.reduce((sum, one) => sum + (one.at < at || (own && one.at === at) ? one.words.length : 0), 0);
  let written = '';
  let from = 0;
  for (const { at, words } of insertions) {
    written += text.slice(from, at) + words;
    from = at;
  }
  return {
    text: written + text.slice(from),
    entities: entities.map((entity) => {
      const offset = entity.offset + shift(entity.offset, true);
      const end = entity.offset + entity.length;
      return { ...entity, offset, length: Math.max(0, end + shift(end, false) - offset) };
    }),
  };
}

function inOrder(one: Insertion, other: Insertion): number {
  if (one.at !== other.at) return one.at - other.at;
  if (one.closes !== other.closes) return one.closes ? -1 : 1;
  const wider = one.length === other.length ? other.rank - one.rank : one.length - other.length;
  return one.closes ? wider : -wider;
}

function insertionsOf(text: string, entity: MessageEntity, rank: number): readonly Insertion[] {
  const { offset, length } = entity;
  const part = text.slice(offset, offset + length);
  const around = (before: string, after: string): readonly Insertion[] => [
    { at: offset, words: before, closes: false, length, rank },
    { at: offset + length, words: after, closes: true, length, rank },
  ];
  switch (entity.type) {
    case 'text_link':
      return sameAddress(part, entity.url) ? [] : around('[', `](${addressOf(entity.url)})`);
    case 'code': {
      const marks = '`'.repeat(longestRun(part) + 1);
      const pad = part.startsWith('`') || part.endsWith('`') ? ' ' : '';
      return around(marks + pad, pad + marks);
    }
    case 'pre': {
      const marks = '`'.repeat(Math.max(3, longestRun(part) + 1));
      const above = offset === 0 || text[offset - 1] === '\n' ? '' : '\n';
      const end = text[offset + length];
      const below = end === undefined || end === '\n' ? '' : '\n';
      const close = part.endsWith('\n') ? '' : '\n';
      return around(`${above}${marks}${entity.language ?? ''}\n`, `${close}${marks}${below}`);
    }
    case 'blockquote':
    case 'expandable_blockquote':
      return [...part.matchAll(/^/gm)].map(({ index }) => ({
        at: offset + index,
        words: '> ',
        closes: false,
        length: length - index,
        rank,
      }));
    default:
      return [];
  }
}

/** The words are the address: clients write it without its scheme. */
function sameAddress(words: string, url: string): boolean {
  const bare = (address: string) =>
    address
      .trim()
      .replace(/^https?:\/\//i, '')
      .replace(/\/$/, '');
  return bare(words) === bare(url);
}

function addressOf(url: string): string {
  return /[\s()<>]/.test(url) ? `<${url.replace(/[\s<>]/g, encodeURIComponent)}>` : url;
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
