import { clip } from '../../src/core/clip.ts';
/** Text on its way out, in Slack's dialects. Pure. */

/** Text for Slack's own markup: three signs, in this order. */
export function escapedMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** An edit takes 4,000 characters of `text`, and an escaped sign has five. */
const longestFallback = 800;

/** A block of code, or code within a line: what stands in it is no mark. */
const code =
  /^[ \t>]*(`{3,}|~{3,})[^\n]*\n([\s\S]*?)(?:\n[ \t>]*\1[`~]*[ \t]*$|$(?![\s\S]))|(`+)(?!`)([\s\S]*?[^`])\3(?!`)/gm;

/**
 * The same in one plain line of Slack's markup, for notifications and clients without blocks. A command stands there
 * as it is written. Never empty.
 */
export function fallback(markdown: string): string {
  let plain = '';
  let from = 0;
  for (const found of markdown.matchAll(code)) {
    const [whole, , block, , span] = found;
    plain += `${withoutMarks(markdown.slice(from, found.index), from === 0)}${block === undefined ? (span ?? '') : ` ${block} `}`;
    from = found.index + whole.length;
  }
  plain += withoutMarks(markdown.slice(from), from === 0);
  return escapedMrkdwn(clip(plain.replace(/\s+/g, ' ').trim(), longestFallback)) || '…';
}

/** `begins`: it stands at the head of a line. */
function withoutMarks(markdown: string, begins: boolean): string {
  return markdown
    .replace(begins ? /(^|\n)[#>\s]+/g : /(\n)[#>\s]+/g, '$1')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\\([^0-9A-Za-z\s])|[*_`~]+/g, '$1');
}
