/**
 * Markdown as text with marks, which every client and every server shows; `rich.ts` is for those that can do more.
 */
import type { Code, List, ListItem, PhrasingContent, Root, RootContent } from 'mdast';
import { definitionsOf, parseMarkdown, textOf, unread } from '../../src/lib/markdown.ts';
import { tableLines } from '../../src/lib/table.ts';
import { neutralStyled } from './neutral.ts';
import { hanging, joined, marked, plain, type Styled, styled, trimmed } from './styled.ts';
import { addressBeside, webAddress } from './web-address.ts';

/** Telegram keeps so many marks of a message and drops the others. */
const mostEntities = 100;

/** How much is marked: what is not marked as code has to be made neutral. */
type Detail = 'all' | 'no styles' | 'blocks' | 'nothing';
const details: readonly Detail[] = ['all', 'no styles', 'blocks', 'nothing'];

interface Context {
  readonly detail: Detail;
  readonly definitions: ReadonlyMap<string, string>;
  /** Quotations cannot be nested. */
  readonly quoted: boolean;
  readonly linked: boolean;
  readonly styles: readonly Style[];
}

type Style = 'bold' | 'italic' | 'strikethrough';

/**
 * Markdown as a text with entities, of which nothing pings and nothing but the web is linked to: mentions, tags and
 * commands are made neutral, images are links, and HTML is text. Pure.
 */
export function format(markdown: string): Styled {
  const root = treeOf(markdown);
  for (const detail of details) {
    const made = withDetail(root, detail);
    if (made.entities.length <= mostEntities) return made;
  }
  return withDetail(root, 'nothing');
}

/** The same without any marks, for a server that does not take them. */
export function formatPlain(markdown: string): Styled {
  return withDetail(treeOf(markdown), 'nothing');
}

/** What nests too deep is read as a text without marks. */
function treeOf(markdown: string): Root {
  const text = markdown.toWellFormed();
  return parseMarkdown(text) ?? unread(text);
}

function withDetail(root: Root, detail: Detail): Styled {
  const context: Context = {
    detail,
    definitions: definitionsOf(root),
    quoted: false,
    linked: false,
    styles: [],
  };
  return neutralStyled(trimmed(blocks(root.children, context)));
}

function blocks(nodes: readonly RootContent[], context: Context, tight = false): Styled {
  const parts: Styled[] = [];
  let previous: RootContent | undefined;
  for (const node of nodes) {
    const part = block(node, context);
    if (part.text === '') continue;
    if (previous !== undefined) parts.push(plain(tight || previous.type === 'heading' ? '\n' : '\n\n'));
    parts.push(part);
    previous = node;
  }
  return joined(parts);
}

function block(node: RootContent, context: Context): Styled {
  switch (node.type) {
    case 'heading':
      return inStyle('bold', node.children, context);
    case 'paragraph':
      return phrases(node.children, context);
    case 'blockquote': {
      const inner = blocks(node.children, { ...context, quoted: true });
      // Without marks a quotation is still one.
      if (context.detail === 'nothing') return hanging(inner, '> ', '> ');
      return context.quoted ? inner : marked(inner, { type: 'blockquote' });
    }
    case 'list':
      return list(node, context);
    case 'code':
      return codeBlock(node, context);
    case 'table':
      return preformatted(tableLines(node), context);
    case 'thematicBreak':
      return plain('———');
    case 'html':
      return plain(node.value);
    case 'footnoteDefinition':
      return hanging(blocks(node.children, context), `[${node.label ?? node.identifier}] `, '');
    case 'definition':
    case 'yaml':
      return plain('');
    case 'listItem':
    case 'tableRow':
    case 'tableCell':
      return plain(textOf(node));
    default:
      return phrase(node, context);
  }
}

function list({ children, ordered, start, spread }: List, context: Context): Styled {
  const tight = spread !== true && children.every((item) => item.spread !== true);
  const items = children.map((item, index) =>
    listItem(item, ordered === true ? (start ?? 1) + index : undefined, context),
  );
  return joined(items, tight ? '\n' : '\n\n');
}

/** Depth is told by the indent of the lines below. */
const indent = '    ';

function listItem(item: ListItem, number: number | undefined, context: Context): Styled {
  const box = item.checked === true ? '[x] ' : item.checked === false ? '[ ] ' : '';
  const sign = number === undefined ? (box === '' ? '• ' : '') : `${number}. `;
  return hanging(blocks(item.children, context, item.spread !== true), `${sign}${box}`, indent);
}

function codeBlock({ value, lang }: Code, context: Context): Styled {
  const language = lang != null && /^[\w+#.-]{1,40}$/.test(lang) ? { language: lang } : {};
  return preformatted(value, context, language);
}

function preformatted(text: string, { detail }: Context, language: { language?: string } = {}): Styled {
  return detail === 'nothing' ? plain(text) : marked(plain(text), { type: 'pre', ...language });
}

function phrases(nodes: readonly PhrasingContent[], context: Context): Styled {
  return joined(nodes.map((node) => phrase(node, context)));
}

const stylesOf = { strong: 'bold', emphasis: 'italic', delete: 'strikethrough' } as const;

function phrase(node: PhrasingContent, context: Context): Styled {
  switch (node.type) {
    case 'text':
    case 'html':
      return plain(node.value);
    case 'break':
      return plain('\n');
    case 'strong':
    case 'emphasis':
    case 'delete':
      return inStyle(stylesOf[node.type], node.children, context);
    case 'inlineCode':
      return inlineCode(node.value, context);
    case 'link':
      return link(node.url, node.children, context);
    case 'linkReference':
      return link(context.definitions.get(node.identifier), node.children, context);
    case 'image':
      return link(node.url, [imageLabel(node)], context);
    case 'imageReference':
      return link(context.definitions.get(node.identifier), [imageLabel(node)], context);
    case 'footnoteReference':
      return plain(textOf(node));
  }
}

/** Nothing is fetched: an image is a link to it. */
function imageLabel({ alt }: { readonly alt?: string | null | undefined }): PhrasingContent {
  return { type: 'text', value: alt || 'image' };
}

function inStyle(style: Style, nodes: readonly PhrasingContent[], context: Context): Styled {
  const inner = phrases(nodes, { ...context, styles: [...context.styles, style] });
  return context.detail !== 'all' || context.styles.includes(style) ? inner : styled(inner, style);
}

function inlineCode(value: string, { detail, linked }: Context): Styled {
  const bare = linked || detail === 'blocks' || detail === 'nothing';
  return bare ? plain(value) : marked(plain(value), { type: 'code' });
}

function link(url: string | undefined, children: readonly PhrasingContent[], context: Context): Styled {
  const label = phrases(children, { ...context, linked: true });
  const address = webAddress(url);
  const able = !context.linked && (context.detail === 'all' || context.detail === 'no styles');
  if (address !== undefined && able) return marked(label, { type: 'text_link', url: address });
  const beside = context.linked ? undefined : addressBeside(label.text, url);
  return beside === undefined ? label : joined([label, plain(' ('), inlineCode(beside, context), plain(')')]);
}
