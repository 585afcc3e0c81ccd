/** Markdown as blocks, for what text with marks cannot show: tables and headings. */
import type { InputRichBlock, InputRichMessage, RichBlockTableCell, RichText } from 'grammy/types';
import type { Heading, List, Nodes, PhrasingContent, RootContent, Table } from 'mdast';
import { definitionsOf, parseMarkdown, textOf } from '../../src/lib/markdown.ts';
import { addressBeside, webAddress } from './web-address.ts';

type Definitions = ReadonlyMap<string, string>;

/** Limits of a rich message (facts: platforms §4.2). */
const mostColumns = 20;
const deepest = 16;
const mostBlocks = 500;

/**
 * The same Markdown as blocks of a rich message: tables that are tables, headings of six sizes. undefined: it would
 * look no better, or passes a limit. No block can hold a button or fetch anything, and nothing in it is searched for
 * mentions. Pure.
 */
export function richOf(markdown: string, footnote: RichText): InputRichMessage | undefined {
  const root = parseMarkdown(markdown);
  if (root === undefined || !profits(root) || !isWithinLimits(root)) return undefined;
  const blocks = blocksOf(root.children, definitionsOf(root));
  const footer: InputRichBlock[] = footnote === '' ? [] : [{ type: 'footer', text: footnote }];
  return { blocks: [...blocks, ...footer], skip_entity_detection: true };
}

function profits(node: Nodes): boolean {
  if (node.type === 'table' || node.type === 'heading') return true;
  return 'children' in node && node.children.some(profits);
}

function isWithinLimits(root: Nodes): boolean {
  const nodes: Nodes[] = [];
  const depthOf = (node: Nodes): number => {
    nodes.push(node);
    return 'children' in node ? 1 + Math.max(0, ...node.children.map(depthOf)) : 1;
  };
  // The root is no level.
  if (depthOf(root) - 1 > deepest) return false;
  const wide = nodes.some((node) => node.type === 'tableRow' && node.children.length > mostColumns);
  return !wide && nodes.filter(({ type }) => !inline.has(type)).length < mostBlocks;
}

const inline = new Set<Nodes['type']>([
  'text',
  'strong',
  'emphasis',
  'delete',
  'inlineCode',
  'link',
  'break',
]);

function blocksOf(nodes: readonly RootContent[], definitions: Definitions): InputRichBlock[] {
  return nodes.flatMap((node) => blockOf(node, definitions));
}

function blockOf(node: RootContent, definitions: Definitions): InputRichBlock[] {
  switch (node.type) {
    case 'paragraph':
      return paragraph(textsOf(node.children, definitions));
    case 'heading':
      return [heading(node, definitions)];
    case 'code':
      return node.value.trim() === '' ? [] : [{ type: 'pre', text: node.value, ...languageOf(node.lang) }];
    case 'blockquote': {
      const blocks = blocksOf(node.children, definitions);
      return blocks.length === 0 ? [] : [{ type: 'blockquote', blocks }];
    }
    case 'list':
      return [listOf(node, definitions)];
    case 'table':
      return [tableOf(node, definitions)];
    case 'thematicBreak':
      return [{ type: 'divider' }];
    case 'footnoteDefinition':
      return [...paragraph(`[${node.label ?? node.identifier}]`), ...blocksOf(node.children, definitions)];
    case 'definition':
    case 'yaml':
      return [];
    default:
      return paragraph(textOf(node));
  }
}

function paragraph(text: RichText): InputRichBlock[] {
  return text === '' ? [] : [{ type: 'paragraph', text }];
}

function heading({ depth, children }: Heading, definitions: Definitions): InputRichBlock {
  return { type: 'heading', size: depth, text: textsOf(children, definitions) || ' ' };
}

function languageOf(lang: string | null | undefined): { readonly language?: string } {
  return lang != null && /^[\w+#.-]{1,40}$/.test(lang) ? { language: lang } : {};
}

function listOf({ ordered, start, children }: List, definitions: Definitions): InputRichBlock {
  return {
    type: 'list',
    items: children.map((item, at) => {
      const blocks = blocksOf(item.children, definitions);
      return {
        blocks: blocks.length === 0 ? [{ type: 'paragraph', text: ' ' }] : blocks,
        ...(item.checked == null ? {} : { has_checkbox: true }),
        ...(item.checked === true ? { is_checked: true } : {}),
        ...(ordered === true ? { value: (start ?? 1) + at, type: '1' } : {}),
      };
    }),
  };
}

function tableOf({ align, children }: Table, definitions: Definitions): InputRichBlock {
  const cells = children.map((row, at) =>
    row.children.map((cell, column): RichBlockTableCell => {
      const text = textsOf(cell.children, definitions);
      return {
        ...(text === '' ? {} : { text }),
        ...(at === 0 ? { is_header: true } : {}),
        align: align?.[column] ?? 'left',
        valign: 'top',
      };
    }),
  );
  return { type: 'table', cells, is_bordered: true };
}

function textsOf(nodes: readonly PhrasingContent[], definitions: Definitions): RichText {
  const texts = nodes.map((node) => richText(node, definitions)).filter((text) => text !== '');
  const [only] = texts;
  if (only === undefined) return '';
  return texts.length === 1 ? only : texts;
}

const styles = { strong: 'bold', emphasis: 'italic', delete: 'strikethrough' } as const;

function richText(node: PhrasingContent, definitions: Definitions): RichText {
  switch (node.type) {
    case 'text':
    case 'html':
      return node.value;
    case 'break':
      return '\n';
    case 'strong':
    case 'emphasis':
    case 'delete': {
      const text = textsOf(node.children, definitions);
      return text === '' ? '' : { type: styles[node.type], text };
    }
    case 'inlineCode':
      return node.value === '' ? '' : { type: 'code', text: node.value };
    case 'link':
      return linked(node.url, textsOf(node.children, definitions));
    case 'linkReference':
      return linked(definitions.get(node.identifier), textsOf(node.children, definitions));
    case 'image':
      return linked(node.url, textOf(node));
    case 'imageReference':
      return linked(definitions.get(node.identifier), textOf(node));
    case 'footnoteReference':
      return textOf(node);
  }
}

function linked(url: string | undefined, text: RichText): RichText {
  const address = webAddress(url);
  if (text === '') return text;
  if (address !== undefined) return { type: 'url', url: address, text };
  const beside = addressBeside(plainOf(text), url);
  return beside === undefined ? text : [text, ' (', { type: 'code', text: beside }, ')'];
}

function plainOf(text: RichText): string {
  if (typeof text === 'string') return text;
  if (Array.isArray(text)) return text.map(plainOf).join('');
  return 'text' in text ? plainOf(text.text) : '';
}
