/** Where inline Markdown is still open: emphasis, code, links. Pure. */

interface Mark {
  readonly character: string;
  readonly at: number;
  readonly length: number;
}

interface Reading {
  readonly text: string;
  /** Emphasis that is open, outermost first. */
  readonly open: Mark[];
}

const space = /^\s*$/;
const punctuation = /[\p{P}\p{S}]/u;
/** Signs of Chinese, Japanese and Korean, their punctuation included: no space stands between their words. */
const cjk = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\u3000-\u303f\uff00-\uffef]/u;

/**
 * Offset of the outermost thing in a run of inline text that is begun and not ended; undefined where all is
 * complete. What follows the text is unknown, so a mark at its very end counts as begun.
 */
export function openInline(text: string): number | undefined {
  const reading: Reading = { text, open: [] };
  let at = 0;
  while (at < text.length) {
    const next = step(reading, at);
    if (next === undefined) return reading.open[0]?.at ?? at;
    at = next;
  }
  return reading.open[0]?.at;
}

/** Where to read on; undefined: what begins here does not end. */
function step(reading: Reading, at: number): number | undefined {
  const { text } = reading;
  switch (text.charAt(at)) {
    case '\\':
      return at + 2;
    case '`':
      return afterCode(text, at);
    case '*':
    case '_':
    case '~':
      return afterMarks(reading, at);
    case '!':
      return afterExclamation(text, at);
    case '[':
      return afterLink(text, at);
    case '<':
      return afterAngle(text, at);
    default:
      return at + 1;
  }
}

function runLength(text: string, at: number): number {
  const character = text.charAt(at);
  let length = 1;
  while (text.charAt(at + length) === character) length++;
  return length;
}

function afterCode(text: string, at: number): number | undefined {
  const length = runLength(text, at);
  let from = at + length;
  for (let close = text.indexOf('`', from); close >= 0; close = text.indexOf('`', from)) {
    const found = runLength(text, close);
    from = close + found;
    if (found === length) return from;
  }
  return undefined;
}

/** Emphasis by CommonMark's rules of flanking, as they are for texts without spaces, and without its rule of three. */
function afterMarks({ text, open }: Reading, at: number): number {
  const length = runLength(text, at);
  const character = text.charAt(at);
  const end = at + length;
  if (character === '~' && length === 1 && end < text.length) return end;
  const before = text.charAt(at - 1);
  const after = text.charAt(end);
  const left = end === text.length || leans(after, before);
  const right = leans(before, after);
  const intraword = character === '_' && left && right && end < text.length;
  if (intraword) return end;
  const rest = right ? closeMarks(open, character, length) : length;
  if (rest > 0 && left) open.push({ character, at: end - rest, length: rest });
  return end;
}

/** A run leans to the side where text follows at once. */
function leans(side: string, other: string): boolean {
  if (space.test(side)) return false;
  if (!punctuation.test(side) || cjk.test(side)) return true;
  return space.test(other) || punctuation.test(other) || cjk.test(other);
}

/** Closes what this run can; returns how many of its marks are left. */
function closeMarks(open: Mark[], character: string, length: number): number {
  let rest = length;
  while (rest > 0) {
    const found = open.findLastIndex((mark) => mark.character === character);
    const mark = open[found];
    if (mark === undefined) return rest;
    open.splice(found);
    if (mark.length > rest) {
      open.push({ ...mark, length: mark.length - rest });
      return 0;
    }
    rest -= mark.length;
  }
  return 0;
}

/** An image begins one mark before its brackets. */
function afterExclamation(text: string, at: number): number | undefined {
  if (at + 1 === text.length) return undefined;
  return text.charAt(at + 1) === '[' ? afterLink(text, at + 1) : at + 1;
}

/** Text in brackets, and its address if it has one. Emphasis within is read on its own. */
function afterLink(text: string, at: number): number | undefined {
  const close = closingBracket(text, at);
  if (close === undefined || close + 1 === text.length) return undefined;
  if (text.charAt(close + 1) !== '(') return at + 1;
  const end = text.indexOf(')', close);
  const broken = text.indexOf('\n\n', close);
  if (end < 0) return broken < 0 ? undefined : close + 1;
  return end + 1;
}

function closingBracket(text: string, at: number): number | undefined {
  let depth = 0;
  for (let index = at; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '\\') index++;
    else if (character === '[') depth++;
    else if (character === ']' && --depth === 0) return index;
  }
  return undefined;
}

/** An autolink or a tag. */
function afterAngle(text: string, at: number): number | undefined {
  if (at + 1 === text.length) return undefined;
  if (!/[a-z/!]/i.test(text.charAt(at + 1))) return at + 1;
  const end = text.indexOf('>', at);
  if (end >= 0) return end + 1;
  return text.slice(at).includes(' ') ? at + 1 : undefined;
}
