/** Text in which nothing acts by itself, whatever a model writes. Pure. */
import type { Nodes } from 'mdast';
import { parseMarkdown } from '../../src/lib/markdown.ts';

/** What rings for people or reaches elsewhere, wherever it stands: `<!channel>`, `<@U1>`, `<#C1>`, `<!subteam^S1>`. */
const special = /<(?=![a-z]+[\^|>]|@[UWB][A-Z0-9]+[|>]|#[CGD][A-Z0-9]+[|>])/gi;
/** An address under another name, Slack's own way. Markdown's way is left as it is: it shows where it leads. */
const labelled = /<(?=[a-z][\w+.-]*:[^\s<>|]*\|)/gi;
const invisible = '\u200b';

/** A text that needs more rounds was made to need them. */
const mostRounds = 4;
/** Nobody writes links within links so deep. */
const mostDeep = 20;

/**
 * Markdown for a `markdown` block in which nothing pings, poses as a link of Slack's, or is fetched. Special
 * sequences are broken by an invisible character everywhere, since what is code is for Slack to say. Outside code
 * `<` is escaped, so that `Array<string>` is not taken for HTML; images become links, and addresses that are neither
 * of the web nor of mail become text.
 */
export function neutral(markdown: string): string {
  if (!/[<[]/.test(markdown)) return markdown;
  let text = markdown.replace(special, `<${invisible}`).replace(labelled, `<${invisible}`);
  if (deepest(text) > mostDeep) return bare(text);
  for (let round = 0; round < mostRounds; round += 1) {
    const next = softened(text);
    if (next === undefined) break;
    if (next.settled) return next.text;
    text = next.text;
  }
  return bare(text);
}

/** How many brackets are open at once: time to read them grows with the square of it. */
function deepest(markdown: string): number {
  let depth = 0;
  let most = 0;
  for (const [sign] of markdown.matchAll(/[[\]]/g)) {
    depth = sign === '[' ? depth + 1 : Math.max(0, depth - 1);
    most = Math.max(most, depth);
  }
  return most;
}

/** Without any link, image or sign of HTML, in code as well. */
function bare(markdown: string): string {
  return markdown.replace(/(\\*)(<|!?\[)/g, (whole, strokes: string, sign: string) => {
    const isEscaped = strokes.length % 2 === 1;
    if (sign === '<') return `${isEscaped ? strokes.slice(1) : strokes}&lt;`;
    if (isEscaped) return sign === '[' ? whole : `${strokes}!\\[`;
    return `${strokes}\\[`;
  });
}

/** Never less than the length of what `neutral` makes, and without reading the text as Markdown. */
export function longestNeutral(markdown: string): number {
  let extra = 0;
  for (const sign of markdown) extra += sign === '<' ? 4 : sign === '[' ? 1 : 0;
  return markdown.length + extra;
}

interface Change {
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

/** One round; undefined where it cannot be read. `settled`: another one would find nothing. */
function softened(markdown: string): { readonly text: string; readonly settled: boolean } | undefined {
  const tree = parseMarkdown(markdown);
  if (tree === undefined) return undefined;
  const kept: (readonly [number, number])[] = [];
  const changes: Change[] = [];
  const state = { settled: true };
  visit(tree, (node) => {
    const [from, to] = [node.position?.start.offset ?? 0, node.position?.end.offset ?? 0];
    const source = () => markdown.slice(from, to);
    if (isCode(node) || (node.type === 'link' && isPlainAddress(source()))) kept.push([from, to]);
    const change = changeOf(node, markdown, from);
    if (change !== undefined) changes.push(change);
    // What stood in it is read anew, and may be or end code; a bracket before it may find another end.
    const opened = change !== undefined || node.type === 'html';
    if (change?.text === '\\' || (opened && /[`~![\n]/.test(source().slice(2)))) state.settled = false;
  });
  const escaping = escapes(markdown, kept);
  // Escaped, the sign may be the address of a link, where it could not begin one.
  if (escaping.length > 0 && /\][(:]\s*</.test(markdown)) state.settled = false;
  return { text: changed(markdown, [...changes, ...escaping]), settled: state.settled };
}

/**
 * Every `<` outside what is kept, whose places are in order and do not overlap. One that was escaped loses its stroke,
 * which would escape the `&` instead.
 */
function escapes(markdown: string, kept: readonly (readonly [number, number])[]): readonly Change[] {
  let place = 0;
  return [...markdown.matchAll(/(\\*)</g)].flatMap(({ index: from, 1: strokes = '' }) => {
    const index = from + strokes.length;
    while ((kept[place]?.[1] ?? Number.POSITIVE_INFINITY) <= index) place += 1;
    if (index >= (kept[place]?.[0] ?? Number.POSITIVE_INFINITY)) return [];
    const stroke = strokes.length % 2;
    return [{ at: index - stroke, length: 1 + stroke, text: '&lt;' }];
  });
}

function isCode({ type }: Nodes): boolean {
  return type === 'code' || type === 'inlineCode';
}

/** An address of the web between its own signs is read the same way by everyone. */
function isPlainAddress(source: string): boolean {
  return /^<https?:\/\/[^\s<>|]+>$/i.test(source);
}

function changeOf(node: Nodes, markdown: string, from: number): Change | undefined {
  const image = node.type === 'image' || node.type === 'imageReference';
  if (image && markdown[from] === '!') {
    const leads = node.type === 'imageReference' || isNeutralAddress(node.url);
    return { at: from, length: 1, text: leads ? '' : '\\' };
  }
  const leads = node.type === 'link' || node.type === 'definition';
  if (!leads || markdown[from] !== '[' || isNeutralAddress(node.url)) return undefined;
  return { at: from, length: 0, text: '\\' };
}

/** Of the web, of mail, or a place in the project such as `src/date.ts:3`, which leads nowhere. */
function isNeutralAddress(url: string): boolean {
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
