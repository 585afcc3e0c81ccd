/** A `markdown` block as a person reads it, and what it does beside being read. */
import type { Nodes, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

const parse = (markdown: string) =>
  fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

/** Without marks; what cannot be seen is left out. */
export function readMarkdown(markdown: string): string {
  return blocks(parse(markdown).children).replaceAll('\u200b', '');
}

function blocks(nodes: readonly RootContent[]): string {
  return nodes
    .map((node) => text(node))
    .filter((part) => part !== '')
    .join('\n\n');
}

function text(node: Nodes): string {
  switch (node.type) {
    case 'text':
    case 'inlineCode':
    case 'code':
    case 'html':
      return node.value;
    case 'break':
      return '\n';
    case 'image':
      return node.alt ?? '';
    case 'list':
      return node.children
        .map((item, at) => `${node.ordered ? `${(node.start ?? 1) + at}.` : '•'} ${text(item)}`)
        .join('\n');
    case 'listItem':
      return `${node.checked === null || node.checked === undefined ? '' : node.checked ? '☑ ' : '☐ '}${node.children
        .map((child) => text(child))
        .join('\n')
        .replaceAll('\n', '\n  ')}`;
    case 'blockquote':
      return `▎${blocks(node.children).replaceAll('\n', '\n▎')}`;
    case 'table':
      return node.children.map((row) => row.children.map((cell) => text(cell)).join(' | ')).join('\n');
    case 'definition':
      return '';
    default:
      return 'children' in node ? node.children.map((child) => text(child)).join('') : '';
  }
}

/** Slack reads its own sequences in this dialect as well, perhaps in code too: the strictest reading. */
export function actsOfMarkdown(markdown: string): readonly string[] {
  const found: string[] = actsOfMarkup(markdown);
  visit(parse(markdown), (node) => {
    if (node.type === 'html') found.push(`html ${node.value}`);
    if (node.type === 'image' || node.type === 'imageReference') found.push('fetched image');
    if ((node.type === 'link' || node.type === 'definition') && /^[a-z][\w+.-]*:(?!\d+$)/i.test(node.url)) {
      if (!/^(https?:\/\/|mailto:)/i.test(node.url)) found.push(`link ${node.url}`);
    }
  });
  return found;
}

/** Mentions, groups, channels, dates, and links under another name. */
export function actsOfMarkup(markup: string): string[] {
  const sequences = /<([@#!][^\s<>][^<>]*|[a-z][\w+.-]*:[^<>|]*\|[^<>]*)>/gi;
  return [...markup.matchAll(sequences)]
    .map(([, what]) => what ?? '')
    .filter((what) => /^(@[UWB]\w|#[CGD]\w|![a-z]+($|[\^|])|[a-z])/i.test(what));
}

function visit(node: Nodes, look: (node: Nodes) => void): void {
  look(node);
  if ('children' in node) for (const child of node.children) visit(child, look);
}
