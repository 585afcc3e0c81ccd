/** Markdown as Discord shows it: no tables, three headings, quotes of one level. Pure. */
import type { List, ListItem, Nodes } from 'mdast';
import { definitionsOf, parseMarkdown, textOf, unread } from '../../src/lib/markdown.ts';
import { tableLines } from '../../src/lib/table.ts';
import { type Definitions, inline } from './inline.ts';
import { neutral, neutralFence } from './neutral.ts';

/** A block of lines; a flush one keeps its own margin within a list, where a fence would break. */
interface Block {
  readonly text: string;
  readonly flush: boolean;
  /** Needs no blank line to stand apart. */
  readonly close: boolean;
}

interface Scope {
  readonly definitions: Definitions;
  readonly quoted: boolean;
}

/** No mention, ping, button or preview can come of it, whatever it says. */
export function format(markdown: string): string {
  const root = parseMarkdown(markdown) ?? unread(markdown);
  return joined(blocks(root.children, { definitions: definitionsOf(root), quoted: false })).trimEnd();
}

function blocks(nodes: readonly Nodes[], scope: Scope): readonly Block[] {
  return nodes.flatMap((node) => block(node, scope)).filter(({ text }) => text.trim() !== '');
}

function joined(all: readonly Block[]): string {
  return all
    .map(({ text, close }, at) => (at === 0 ? text : `${close || all[at - 1]?.close ? '\n' : '\n\n'}${text}`))
    .join('');
}

const open = (text: string): Block[] => [{ text, flush: false, close: false }];

function block(node: Nodes, scope: Scope): readonly Block[] {
  switch (node.type) {
    case 'paragraph':
      return open(inline(node.children, scope.definitions));
    case 'heading': {
      const text = inline(node.children, scope.definitions).replaceAll('\n', ' ');
      const mark = '#'.repeat(Math.min(3, node.depth));
      return text === '' ? [] : [{ text: `${mark} ${text}`, flush: false, close: true }];
    }
    case 'code':
      return [{ text: neutralFence(node.value, node.lang ?? ''), flush: true, close: true }];
    case 'table':
      return [{ text: neutralFence(tableLines(node), ''), flush: true, close: true }];
    case 'blockquote':
      return quote(joined(blocks(node.children, { ...scope, quoted: true })), scope);
    case 'list':
      return [{ text: list(node, scope), flush: false, close: false }];
    case 'thematicBreak':
      return open('───');
    case 'html':
      return open(neutral(node.value));
    case 'footnoteDefinition':
      return open(`${neutral(`[${node.identifier}]`)} ${joined(blocks(node.children, scope))}`);
    case 'definition':
      return [];
    default:
      return open(neutral(textOf(node)));
  }
}

/** Discord knows no quote within a quote. */
function quote(text: string, { quoted }: Scope): readonly Block[] {
  if (quoted) return open(text);
  return open(
    text
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n'),
  );
}

function list(node: List, scope: Scope): string {
  const first = node.start ?? 1;
  return node.children
    .map((item, at) => listItem(item, node.ordered === true ? `${first + at}. ` : '- ', scope))
    .join('\n');
}

function listItem(item: ListItem, marker: string, scope: Scope): string {
  const box = item.checked === true ? '✓ ' : item.checked === false ? '☐ ' : '';
  const inner = blocks(item.children, scope);
  const lines = inner.flatMap(({ text, flush }) =>
    text.split('\n').map((line) => ({ line, indent: flush ? '' : '  ' })),
  );
  const [head, ...rest] = lines;
  if (head === undefined) return `${marker}${box}`.trimEnd();
  const fence =
    head.indent === '' ? [`${marker}${box}`.trimEnd(), head.line] : [`${marker}${box}${head.line}`];
  return [...fence, ...rest.map(({ line, indent }) => `${indent}${line}`)].join('\n');
}
