/** Text on its way out, in Slack's dialects. Pure. */
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** What rings for people or reaches elsewhere, wherever it stands: `<!channel>`, `<@U1>`, `<#C1>`, `<!subteam^S1>`. */
const special = /<(?=![a-z]+[\^|>]|@[UWB][A-Z0-9]+[|>]|#[CGD][A-Z0-9]+[|>])/gi;
/** An address under another name, Slack's own way. Markdown's way is left as it is: it shows where it leads. */
const labelled = /<(?=[a-z][\w+.-]*:[^\s<>|]*\|)/gi;
const invisible = '\u200b';

/**
 * Markdown for a `markdown` block in which nothing pings, poses as a link of Slack's, or is fetched. Special
 * sequences are broken by an invisible character everywhere, since what is code is for Slack to say. Outside code
 * `<` is escaped, so that `Array<string>` is not taken for HTML; images become links, and addresses that are neither
 * of the web nor of mail become text.
 */
export function harmless(markdown: string): string {
  if (!/[<[]/.test(markdown)) return markdown;
  let text = markdown.replace(special, `<${invisible}`).replace(labelled, `<${invisible}`);
  // What is taken away may turn what stood beside it into something else; each round leaves less to take away.
  for (let next = softened(text); next !== text; next = softened(text)) text = next;
  return text;
}

/** Never less than the length of what `harmless` makes, and without reading the text as Markdown. */
export function longestHarmless(markdown: string): number {
  let extra = 0;
  for (const sign of markdown) extra += sign === '<' ? 4 : sign === '[' ? 1 : 0;
  return markdown.length + extra;
}

interface Change {
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

/** One round. */
function softened(markdown: string): string {
  const tree = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const code: (readonly [number, number])[] = [];
  const changes: Change[] = [];
  visit(tree, (node) => {
    const [from, to] = [node.position?.start.offset ?? 0, node.position?.end.offset ?? 0];
    if (isCode(node) || isPlainAddress(markdown.slice(from, to))) code.push([from, to]);
    else changes.push(...changesOf(node, markdown, from));
  });
  for (const { index } of markdown.matchAll(/</g)) {
    if (!code.some(([from, to]) => index >= from && index < to))
      changes.push({ at: index, length: 1, text: '&lt;' });
  }
  return changed(markdown, changes);
}

function isCode({ type }: Nodes): boolean {
  return type === 'code' || type === 'inlineCode';
}

/** An address of the web between its own signs is read the same way by everyone. */
function isPlainAddress(source: string): boolean {
  return /^<https?:\/\/[^\s<>|]+>$/i.test(source);
}

function changesOf(node: Nodes, markdown: string, from: number): readonly Change[] {
  if (node.type === 'image' || node.type === 'imageReference')
    return markdown[from] === '!' ? [{ at: from, length: 1, text: '' }] : [];
  const leads = node.type === 'link' || node.type === 'definition';
  if (!leads || markdown[from] !== '[' || isHarmlessAddress(node.url)) return [];
  return [{ at: from, length: 0, text: '\\' }];
}

/** Of the web, of mail, or a place in the project such as `src/date.ts:3`, which leads nowhere. */
function isHarmlessAddress(url: string): boolean {
  return /^(https?:\/\/|mailto:)/i.test(url) || /^[\w@~-]*[./#][\w./@~#-]*(:\d+)*$/.test(url);
}

function changed(markdown: string, changes: readonly Change[]): string {
  let text = '';
  let read = 0;
  for (const change of changes.toSorted((a, b) => a.at - b.at)) {
    if (change.at < read) continue;
    text += markdown.slice(read, change.at) + change.text;
    read = change.at + change.length;
  }
  return text + markdown.slice(read);
}

function visit(node: Nodes, look: (node: Nodes) => void): void {
  look(node);
  if ('children' in node) for (const child of node.children) visit(child, look);
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
