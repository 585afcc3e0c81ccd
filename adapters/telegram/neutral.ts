import { inserted, type Styled } from './styled.ts';

/** Joins words without a gap and is not seen. */
const joiner = '\u2060';

/**
 * Telegram finds mentions, tags, commands and addresses in plain text and makes links of them, and a mention pings.
 * A mark that is not seen keeps each from being found.
 */
const found = [
  // @name, and what follows a command
  /@(?=[\p{L}\p{N}_])/u,
  // #tag: digits alone are none
  /[#＃](?=[\p{N}_]*[\p{L}_])/u,
  // $USD
  /\$(?=[A-Z1])/u,
  // /command: a path is none
  /(?<![\p{L}\p{N}_/<>])\/(?=\w+(?![\w/<>]))/u,
  // tg://…
  /:(?=\/\/)/u,
  // a name of a host, which many a name of a file looks like
  /(?<=\S)\.(?=\p{L}[\p{L}\p{N}-])/u,
  // 10.0.0.1
  /(?<=(?<!\d)\d{1,3}\.\d{1,3}\.\d{1,3})\.(?=\d)/u,
];

const pattern = new RegExp(found.map(({ source }) => `(?:${source})`).join('|'), 'gu');

/** The same text to a reader, in which nothing is found. */
export function neutral(text: string): string {
  return text.replace(pattern, `$&${joiner}`);
}

/** Neither code nor links are searched, so they stay as they are, and can be copied. */
const unsearched = new Set(['code', 'pre', 'text_link']);

export function neutralStyled(whole: Styled): Styled {
  const kept = whole.entities.filter(({ type }) => unsearched.has(type));
  const places = [...whole.text.matchAll(pattern)]
    .map(({ index, 0: sign }) => index + sign.length)
    .filter((place) => !kept.some(({ offset, length }) => offset < place && place <= offset + length));
  return inserted(whole, places, joiner);
}
