/** Takes secrets out of what is written: by value where we know it, by the name of its key where we do not. */
export interface Redactor {
  /** A copy with the values of telling keys blotted out and errors turned into plain objects. */
  fields(fields: object): Record<string, unknown>;
  /** The text without any known secret, in any of the spellings in which one travels. */
  text(text: string): string;
  /**
   * What people are shown, without any known secret; what merely looks like one stays, since a card must show the
   * whole act. `unfinished`: more will follow, so the beginning of a secret at its end is left out as well.
   */
  shown(text: string, unfinished: boolean): string;
  /** Does a known secret stand in it, in any of those spellings? */
  holds(text: string): boolean;
  /** From now on this value is a secret too. */
  conceal(secret: string): void;
}

const blot = '[redacted]';

/** Shorter values would blot out ordinary words. */
const shortestSecret = 4;
/** In what people read, a value must be no word that anybody writes. */
const shortestShown = 8;
/** As much of a secret's beginning at the end of a text is taken for it. */
const shortestBeginning = 6;
const deepest = 6;
const tellingKey =
  /pass(word|phrase)?$|^pwd$|secrets?$|token$|authorization|cookie|api[-_]?key|credential|private[-_]?key/i;
/** It begins at the slashes, and what it reads from there holds none: no part of a text is read twice. */
const credentialsInUrl = /(?<=[a-z0-9+.-])(:\/\/[^\s/:@]*):[^\s/@]+@/gi;
const authorizationValue = /\b(Basic|Bearer) [\w+/=.~-]{6,}/gi;

export function createRedactor(secrets: readonly string[]): Redactor {
  const spellings = new Set<string>();
  const values = new Set<string>();
  const conceal = (secret: string) => {
    if (secret.length < shortestSecret) return;
    values.add(secret);
    for (const spelling of spellingsOf(secret)) spellings.add(spelling);
  };
  for (const secret of secrets) conceal(secret);
  return {
    conceal,
    shown: (text, unfinished) => {
      const telling = [...spellings].filter(isTelling);
      let clean = text;
      for (const spelling of telling) clean = clean.replaceAll(spelling, blot);
      return unfinished ? withoutBeginning(clean, telling) : clean;
    },
    holds: (text) => [...spellings].some((spelling) => text.includes(spelling)),
    fields: (fields) =>
      Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, entry(key, value, 0)])),
    text: (text) => {
      let clean = text;
      for (const spelling of spellings)
        clean = values.has(spelling) ? clean.replaceAll(spelling, blot) : withoutSpelling(clean, spelling);
      return clean.replace(credentialsInUrl, `$1:${blot}@`).replace(authorizationValue, `$1 ${blot}`);
    },
  };
}

/** A password of letters only may be a word of the conversation. */
function isTelling(value: string): boolean {
  return value.length >= shortestShown && !/^(?:[a-z]+|[A-Z]?[a-z]+)$/.test(value);
}

/** The end of a block of code that is closed for now stays. */
function withoutBeginning(text: string, spellings: readonly string[]): string {
  const [, body = '', fence = ''] = /^([\s\S]*?)((?:\n`{3,}\s*)?)$/.exec(text) ?? [];
  let cut = 0;
  for (const spelling of spellings) {
    for (let length = Math.min(spelling.length, body.length); length >= shortestBeginning; length -= 1) {
      if (length <= cut || !body.endsWith(spelling.slice(0, length))) continue;
      cut = length;
      break;
    }
  }
  return cut === 0 ? text : `${body.slice(0, -cut)}${fence}`;
}

/**
 * How JSON spells a value may begin with an escape. It then begins where one can: behind an odd backslash it would be
 * the end of another escape, and what is left of a line of JSON would be none.
 */
function withoutSpelling(text: string, spelling: string): string {
  if (!spelling.startsWith('\\')) return text.replaceAll(spelling, blot);
  return text.replaceAll(spelling, (found, at: number) => (isEscaped(text, at) ? found : blot));
}

function isEscaped(text: string, at: number): boolean {
  let begin = at;
  while (text[begin - 1] === '\\') begin -= 1;
  return (at - begin) % 2 === 1;
}

/** Longest first, so that no rest of a longer spelling stays. */
function spellingsOf(secret: string): readonly string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  const base64 = Buffer.from(secret).toString('base64');
  const all = [secret, inJson, JSON.stringify(inJson).slice(1, -1), encodeURIComponent(secret), base64];
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}

function entry(key: string, value: unknown, depth: number): unknown {
  const holdsText = typeof value === 'string' || (typeof value === 'object' && value !== null);
  return holdsText && tellingKey.test(key) ? blot : plain(value, depth);
}

function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '[deep]';
  if (value instanceof Error) return plainError(value, depth);
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (value instanceof Map) return plain([...value], depth);
  if (value instanceof Set) return plain([...value], depth);
  if ('toJSON' in value && typeof value.toJSON === 'function') return plain(value.toJSON(), depth + 1);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, entry(key, item, depth + 1)]));
}

function plainError(error: Error, depth: number): object {
  const own = Object.entries(error).map(([key, value]) => [key, entry(key, value, depth + 1)]);
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...Object.fromEntries(own),
    ...(error.cause === undefined ? {} : { cause: plain(error.cause, depth + 1) }),
  };
}
