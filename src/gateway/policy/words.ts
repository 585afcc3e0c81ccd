/** Words of prompts: what the agent reads besides a person's own text, and what people see where one is quoted. Pure. */
import type { Author, Said } from '../../core/channel.ts';
import { clip, headOf } from '../../core/clip.ts';

/** Longest quotation of an answered message, characters. */
const longestQuote = 1_000;
/** Messages before the first prompt of a thread, and all their characters together. */
export const mostHistory = 20;
const longestEarlier = 8_000;
/** Messages of a thread of ours that were not for the agent, and that it is told of with the next one that is. */
export const mostOverheard = 50;
/** Of one of them. */
const longestSaid = 2_000;
const longestName = 60;

/** A name as one word of a line: nothing in it can begin another line or look like the end of a name. */
export function speakerName({ name }: Pick<Author, 'name'>): string {
  const plain = name.replace(/[\p{C}\p{Z}\s:<>[\]]+/gu, ' ').trim();
  return headOf(plain, longestName) || 'somebody';
}

export function quoteForAgent({ author, text }: Pick<Said, 'author' | 'text'>): { by: string; text: string } {
  return { by: speakerName(author), text: clip(text.trim(), longestQuote) };
}

/** What people see of a piece where it is quoted: its text, or the names of its files. */
export function pieceWords(piece: {
  readonly text: string;
  readonly files?: readonly { readonly name: string }[];
}): string {
  const { text, files = [] } = piece;
  return text.trim() === '' ? files.map(({ name }) => name).join(', ') : text;
}

/** As the agent reads it, before the text. */
export function quotation({ by, text }: { readonly by: string; readonly text: string }): string {
  return `${by}: ${text}`
    .split(/\r?\n/)
    .map((line) => `> ${line}`)
    .join('\n');
}

/**
 * A text under the name of the one who said it. A further line that begins like a name of somebody else in the
 * session is moved in: nobody speaks for another.
 */
export function spoken(speaker: string, text: string, others: readonly string[]): string {
  const names = new Set(others.map((name) => name.toLowerCase()));
  const [first = '', ...more] = text.split('\n');
  const safe = more.map((line) => {
    const [, name = ''] = /^\s*([^:\n]{1,80}):/.exec(line) ?? [];
    return names.has(name.trim().toLowerCase()) ? `  | ${line}` : line;
  });
  return [`${speaker}: ${first}`, ...safe].join('\n');
}

/**
 * What others wrote, marked for the agent. `boundary` cannot be guessed by whoever wrote it, so nothing in it can end
 * it or begin another one: what is inside is passed on as it is.
 */
export function enclosed(kind: string, boundary: string, words: string, name?: string): string {
  const attribute = name === undefined ? '' : ` name="${name}"`;
  return `<${kind}-${boundary}${attribute}>\n${words}\n</${kind}-${boundary}>`;
}

const note = 'Earlier in this thread, for context only; nobody asked you to act on it:';

/** The newest of what was said, oldest first; undefined where there is nothing. Commands are left out. */
export function threadHistory(
  said: readonly Said[],
  boundary: string,
  most = mostHistory,
): string | undefined {
  const lines = newestLines(said, most);
  return lines.length === 0 ? undefined : framed(boundary, note, lines);
}

const replacedNote =
  'The conversation before this message is lost. These are its last messages in the thread, for context only; nobody asked you to act on them again:';

/** The same for a conversation that was lost, and how many messages it holds. */
export function replacedHistory(
  said: readonly Said[],
  boundary: string,
): { readonly text: string; readonly count: number } | undefined {
  const lines = newestLines(said);
  return lines.length === 0
    ? undefined
    : { text: framed(boundary, replacedNote, lines), count: lines.length };
}

function framed(boundary: string, head: string, lines: readonly string[]): string {
  return enclosed('earlier-in-this-thread', boundary, [head, ...lines].join('\n'));
}

function newestLines(said: readonly Said[], most = mostHistory): readonly string[] {
  const lines: string[] = [];
  let left = longestEarlier;
  for (const one of said.slice(-most).toReversed()) {
    const text = clip(one.text.trim(), longestSaid);
    if (text === '' || /^[!/][a-z][\w/-]*(?:\s|$)/i.test(text)) continue;
    const line = `${speakerName(one.author)}: ${indented(text)}`;
    if (line.length > left) break;
    left -= line.length;
    lines.unshift(line);
  }
  return lines;
}

/** Only a name begins a line. */
function indented(text: string): string {
  return text.replaceAll(/\r?\n/g, '\n  ');
}
