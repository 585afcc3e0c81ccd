/** Markdown in Slack's own markup, for what takes no blocks: the words above a file. Pure. Nothing in it rings. */
import type { ListItem, Nodes, Parents } from 'mdast';
import { clip } from '../../src/core/clip.ts';
import { parseMarkdown, unread } from '../../src/lib/markdown.ts';
import { tableLines } from '../../src/lib/table.ts';
import { escapedMrkdwn } from './format.ts';

export function markup(markdown: string, longest: number): string {
  return clip(block(parseMarkdown(markdown) ?? unread(markdown)), longest);
}

/** Markup in pieces of at most so many characters, cut at lines; a fence is closed and opened again. */
export function markupPieces(text: string, longest: number): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  let isFenced = false;
  const put = () => {
    if (piece.trim() !== '') pieces.push(isFenced ? `${piece}\n${fence}` : piece);
    piece = isFenced ? fence : '';
  };
  for (const line of text.split('\n').flatMap((one) => cutLine(one, longest - room))) {
    if (piece.length + line.length + room > longest) put();
    piece = piece === '' ? line : `${piece}\n${line}`;
    if (line.startsWith(fence)) isFenced = !isFenced;
  }
  put();
  return pieces;
}

const fence = '```';
/** For a fence at either end, and the ends of its lines. */
const room = 2 * (fence.length + 1);

function cutLine(line: string, longest: number): readonly string[] {
  const parts = Math.max(1, Math.ceil(line.length / longest));
  return Array.from({ length: parts }, (_, at) => line.slice(at * longest, (at + 1) * longest));
}

function block(node: Nodes): string {
  switch (node.type) {
    case 'root':
      return node.children.map(block).filter(Boolean).join('\n\n');
    case 'heading':
      return `*${inline(node)}*`;
    case 'blockquote':
      return `> ${node.children.map(block).join('\n\n').replaceAll('\n', '\n> ')}`;
    case 'list':
      return node.children
        .map((item, at) => `${node.ordered ? `${(node.start ?? 1) + at}.` : '•'} ${itemOf(item)}`)
        .join('\n');
    case 'code':
      return fenced(node.value);
    case 'table':
      return fenced(tableLines(node));
    case 'thematicBreak':
      return '———';
    case 'definition':
      return '';
    default:
      return 'children' in node ? inline(node) : leaf(node);
  }
}

function itemOf({ checked, children }: ListItem): string {
  const tick = checked === null || checked === undefined ? '' : checked ? '☑ ' : '☐ ';
  return tick + children.map(block).join('\n').replaceAll('\n', '\n    ');
}

const fenced = (text: string) => `\`\`\`\n${escapedMrkdwn(text)}\n\`\`\``;

function inline({ children }: Parents): string {
  return children.map(span).join('');
}

function span(node: Nodes): string {
  switch (node.type) {
    case 'strong':
      return `*${inline(node)}*`;
    case 'emphasis':
      return `_${inline(node)}_`;
    case 'delete':
      return `~${inline(node)}~`;
    case 'link': {
      const label = inline(node);
      // Where it leads stands beside it.
      return label === escapedMrkdwn(node.url) ? label : `${label} (${escapedMrkdwn(node.url)})`;
    }
    default:
      return 'children' in node ? inline(node) : leaf(node);
  }
}

function leaf(node: Nodes): string {
  if (node.type === 'break') return '\n';
  if (node.type === 'inlineCode') return `\`${escapedMrkdwn(node.value)}\``;
  if (node.type === 'image' || node.type === 'imageReference') return escapedMrkdwn(node.alt || 'image');
  return 'value' in node ? escapedMrkdwn(node.value) : '';
}
