/** Text on its way out, in Slack's dialects. Pure. */

/** What rings for people or reaches elsewhere, wherever it stands: `<!channel>`, `<@U1>`, `<#C1>`, `<!subteam^S1>`. */
const special = /<(?=![a-z]+[\^|>]|@[UWB][A-Z0-9]+[|>]|#[CGD][A-Z0-9]+[|>])/gi;
/** An address under another name, Slack's own way. Markdown's way is left as it is: it shows where it leads. */
const labelled = /<(?=[a-z][\w+.-]*:[^\s<>|]*\|)/gi;
const invisible = '\u200b';

/**
 * Markdown for a `markdown` block in which nothing pings or poses as a link of Slack's: special sequences are broken
 * by an invisible character everywhere, since what is code is for Slack to say; outside code every other `<` but
 * that of a bare address is escaped, so that `Array<string>` is not taken for HTML.
 */
export function harmless(markdown: string): string {
  if (!markdown.includes('<')) return markdown;
  const broken = markdown.replace(special, `<${invisible}`).replace(labelled, `<${invisible}`);
  return pieces(broken)
    .map(({ text, code }) => (code ? text : text.replace(/<(?!https?:\/\/[^\s<>|]+>)/g, '&lt;')))
    .join('');
}

interface Piece {
  readonly text: string;
  readonly code: boolean;
}

const fence = /^(?:[\s>*+-]|\d+[.)])*(`{3,}|~{3,})/;

/** Fenced blocks, spans in backticks, and the rest, in order. Judges cosmetics only: see `harmless`. */
function pieces(markdown: string): readonly Piece[] {
  const found: Piece[] = [];
  let prose: string[] = [];
  let open: string | undefined;
  const flush = () => {
    if (prose.length > 0) found.push(...spans(prose.join('')));
    prose = [];
  };
  for (const line of markdown.split(/(?<=\n)/)) {
    const mark = fence.exec(line)?.[1];
    if (open === undefined && mark === undefined) {
      prose.push(line);
      continue;
    }
    flush();
    found.push({ text: line, code: true });
    if (open === undefined) open = mark;
    else if (mark?.startsWith(open) === true) open = undefined;
  }
  flush();
  return found;
}

function spans(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const { index, 0: span } of text.matchAll(/(?<!`)(`+)(?!`)(?:(?!\n\s*\n)[\s\S])*?(?<!`)\1(?!`)/g)) {
    found.push({ text: text.slice(at, index), code: false }, { text: span, code: true });
    at = index + span.length;
  }
  return [...found, { text: text.slice(at), code: false }];
}

/** Text for Slack's own markup: three signs, in this order. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** At most this long, without cutting a character in two. */
export function clipped(text: string, longest: number): string {
  return text.length <= longest
    ? text
    : `${text
        .slice(0, longest - 1)
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`;
}

/** An edit takes 4,000 characters of `text`, and an escaped sign has five. */
const longestFallback = 800;

/** The same in one plain line of Slack's markup, for notifications and clients without blocks. Never empty. */
export function fallback(markdown: string): string {
  const plain = markdown
    .replace(/^\s*(```|~~~).*$/gm, '')
    .replace(/^[#>\s]+/gm, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`~]+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return escaped(clipped(plain, longestFallback)) || '…';
}
