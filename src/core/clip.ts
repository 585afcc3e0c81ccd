/**
 * Cuts texts to a length without ever cutting through a character as a person sees one: no half of a surrogate pair,
 * no letter without its accent, no flag or family of emoji in parts. Lengths are in UTF-16 units, as `String.length`.
 */

const ellipsis = '…';
/** No character that people write is longer; what is, is cut between its code points. */
const longestCharacter = 64;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** At most `most` units, an ellipsis for the end that is missing. */
export function clip(text: string, most: number): string {
  return text.length <= most ? text.toWellFormed() : most < 1 ? '' : `${headOf(text, most - 1)}${ellipsis}`;
}

/** At most `most` units, an ellipsis for the beginning that is missing: of a path, the end tells more. */
export function clipStart(text: string, most: number): string {
  return text.length <= most ? text.toWellFormed() : most < 1 ? '' : `${ellipsis}${tailOf(text, most - 1)}`;
}

/** As much of the beginning as fits into `most` units. */
export function headOf(text: string, most: number): string {
  return text.slice(0, boundary(text, most, 'before')).toWellFormed();
}

/** As much of the end as fits into `most` units. */
export function tailOf(text: string, most: number): string {
  return text.slice(boundary(text, text.length - most, 'after')).toWellFormed();
}

/** The place itself, where no character stands across it; else the nearest one before or after that character. */
function boundary(text: string, at: number, side: 'before' | 'after'): number {
  if (at <= 0 || at >= text.length) return Math.max(0, Math.min(at, text.length));
  const from = onPoint(text, Math.max(0, at - longestCharacter));
  const character = segmenter.segment(text.slice(from, at + longestCharacter)).containing(at - from);
  if (character === undefined) return at;
  const start = from + character.index;
  const end = start + character.segment.length;
  if (start === at) return at;
  if (character.segment.length >= longestCharacter)
    return onPoint(text, at) + (side === 'before' ? 0 : offset(text, at));
  return side === 'before' ? start : end;
}

function onPoint(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return at > 0 && code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

function offset(text: string, at: number): number {
  return onPoint(text, at) === at ? 0 : 2;
}
