/** Text that means nothing to Discord but what it says: no mention, no mark, no preview. Pure. */

/** Where a word would be read as a mention of everybody, or as an invitation, something unseen stands in it. */
const unseen = '\u200b';

/** An address as Discord links it from plain text: up to a blank or an angle bracket. */
const address = /https?:\/\/[^\s<>]+/gi;

/** Plain text, line by line; an address stays one, without a preview. */
export function neutral(text: string): string {
  return text.split('\n').map(neutralLine).join('\n');
}

function neutralLine(line: string): string {
  let out = '';
  let from = 0;
  for (const match of line.matchAll(address)) {
    const url = withoutTail(match[0]);
    out += marked(line.slice(from, match.index), from === 0) + linked(url);
    from = match.index + url.length;
  }
  return out + marked(line.slice(from), from === 0);
}

/** A full stop, comma or closing bracket behind an address belongs to the sentence. */
function withoutTail(url: string): string {
  return url.replace(/[.,:;!?'"*_~`|)\]}]+$/, '');
}

/** In angle brackets it is linked whole, whatever it holds, and has no preview. */
export function linked(url: string): string {
  return `<${plainAddress(url)}>`;
}

/** Nothing in it can end the angle brackets, or begin something else. */
export function plainAddress(url: string): string {
  return url.replace(/[\s<>`\\@[\]]/g, (each) => (each === '@' ? '%40' : encodeURIComponent(each)));
}

function marked(text: string, startsLine: boolean): string {
  const escaped = text
    .replace(/[\\*_~`|<>[\]]/g, '\\$&')
    // At its end too: what follows may be a text of its own, as in an address of mail.
    .replace(/@(?=everyone|here|$)/gi, `@${unseen}`)
    .replace(/(discord(?:app)?)\.(gg|com)/gi, '$1\\.$2');
  return startsLine ? escaped.replace(/^(\s*)(?:([-+#•])|(\d+)([.)]))/, lineStart) : escaped;
}

function lineStart(_: string, indent: string, mark?: string, number?: string, dot?: string): string {
  return mark === undefined ? `${indent}${number}\\${dot}` : `${indent}\\${mark}`;
}

/** What a text of ours said before it was made harmless, without its small print. */
export function asWritten(content: string): string {
  return content
    .replace(/^-# .*$/gm, '')
    .replaceAll(unseen, '')
    .split(/(```[\s\S]*?```|`[^`\n]+`)/)
    .map((part, at) => (at % 2 === 1 ? part : part.replace(/\\([^0-9A-Za-z\s])/g, '$1')))
    .join('')
    .trim();
}

/** Within a fence: only its own end is special. */
export function neutralFence(text: string, language: string): string {
  const name = /^[\w+#.-]{1,20}$/.test(language) ? language : '';
  return `\`\`\`${name}\n${text.replaceAll('```', `\`${unseen}\`${unseen}\``)}\n\`\`\``;
}

export function inlineCode(text: string): string {
  const line = text.replace(/\s*\n\s*/g, ' ').replace(/`{2,}/g, (ticks) => [...ticks].join(unseen));
  if (line.trim() === '') return '';
  return line.includes('`') ? `\`\` ${line} \`\`` : `\`${line}\``;
}
