/**
 * What stands in the blocks of a message, as Slack's own markup: the text beside them tells most of it, but not a
 * pasted table, and of what programs post often nothing. Kinds of blocks that are not known are read by their texts.
 * Pure.
 */
import { escapedMrkdwn } from './format.ts';

type Json = Readonly<Record<string, unknown>>;

/** Blocks within blocks, such as a text within a cell within a table. */
const mostDeep = 8;

export function blocksText(blocks: unknown): readonly string[] {
  return listOf(blocks)
    .map((block) => blockText(block, 0).trim())
    .filter((text) => text !== '');
}

export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textField(object: Json, name: string): string {
  const value = object[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function blockText(block: Json, depth: number): string {
  if (depth > mostDeep) return '';
  switch (block['type']) {
    case 'rich_text':
      return richText(block);
    case 'table':
    case 'data_table':
      return tableText(block, depth);
    case 'markdown':
      return escapedMrkdwn(textField(block, 'text'));
    case 'image':
      return joined([objectText(block['title']), escapedMrkdwn(textField(block, 'alt_text'))]);
    case 'actions':
    case 'divider':
    case 'input':
      return '';
    default:
      return anyText(block, depth);
  }
}

/** By the names that texts have in all blocks, in the order in which they are shown. */
const texts = ['title', 'subtitle', 'text', 'body', 'subtext', 'description', 'details', 'output'] as const;
const lists = ['fields', 'elements', 'children', 'child_blocks', 'blocks', 'tasks'] as const;

function anyText(block: Json, depth: number): string {
  return joined([
    ...texts.map((name) => objectText(block[name], depth)),
    ...lists.flatMap((name) => listOf(block[name]).map((one) => objectText(one, depth))),
  ]);
}

/** A text, a text object, or another block. */
function objectText(value: unknown, depth = 0): string {
  if (typeof value === 'string') return escapedMrkdwn(value);
  if (!isObject(value)) return '';
  if (value['type'] === 'mrkdwn') return textField(value, 'text');
  if (value['type'] === 'plain_text') return escapedMrkdwn(textField(value, 'text'));
  if (value['type'] === 'button') return '';
  return blockText(value, depth + 1);
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part.trim() !== '').join('\n');
}

/** As a table of Markdown. */
function tableText(block: Json, depth: number): string {
  const rows = Array.isArray(block['rows']) ? block['rows'] : [];
  const cells = rows.map((row) => listOf(row).map((cell) => cellText(cell, depth)));
  const width = Math.max(0, ...cells.map((row) => row.length));
  if (width === 0) return '';
  const line = (row: readonly string[]) =>
    `| ${Array.from({ length: width }, (_, at) => row[at] ?? '').join(' | ')} |`;
  const [head = [], ...others] = cells;
  const table = [line(head), line(Array.from({ length: width }, () => '---')), ...others.map(line)];
  return joined([escapedMrkdwn(textField(block, 'caption')), table.join('\n')]);
}

function cellText(cell: Json, depth: number): string {
  const plain = cell['text'] ?? cell['value'] ?? cell['number'];
  const text =
    typeof plain === 'string' || typeof plain === 'number'
      ? escapedMrkdwn(String(plain))
      : blockText(cell, depth + 1);
  return text
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');
}

function richText({ elements }: Json): string {
  return listOf(elements).map(richBlock).join('\n');
}

function richBlock(block: Json, at = 0): string {
  const children = listOf(block['elements']);
  switch (block['type']) {
    case 'rich_text_list':
      return listText(block, children);
    case 'rich_text_quote':
      return `> ${children.map(richInline).join('').replaceAll('\n', '\n> ')}`;
    case 'rich_text_preformatted':
      return `\`\`\`\n${children.map((child) => richInline({ ...child, style: undefined })).join('')}\n\`\`\``;
    default:
      return at >= 0 ? children.map(richInline).join('') : '';
  }
}

function listText(block: Json, items: readonly Json[]): string {
  const indent = '    '.repeat(Math.min(mostDeep, Number(block['indent'] ?? 0) || 0));
  const first = Number(block['offset'] ?? 0) || 0;
  return items
    .map(
      (item, at) =>
        `${indent}${block['style'] === 'ordered' ? `${first + at + 1}.` : '•'} ${richBlock(item)}`,
    )
    .join('\n');
}

function richInline(element: Json): string {
  switch (element['type']) {
    case 'user':
      return `<@${textField(element, 'user_id')}>`;
    case 'channel':
      return `<#${textField(element, 'channel_id')}>`;
    case 'usergroup':
      return `<!subteam^${textField(element, 'usergroup_id')}>`;
    case 'broadcast':
      return `<!${textField(element, 'range')}>`;
    case 'link': {
      const label = textField(element, 'text');
      return `<${textField(element, 'url')}${label === '' ? '' : `|${escapedMrkdwn(label)}`}>`;
    }
    case 'emoji':
      return `:${textField(element, 'name')}:`;
    case 'date':
      return escapedMrkdwn(textField(element, 'fallback') || textField(element, 'timestamp'));
    case 'color':
      return textField(element, 'value');
    default:
      return styled(escapedMrkdwn(textField(element, 'text')), element['style']);
  }
}

const marks = { code: '`', strike: '~', italic: '_', bold: '*' } as const;

function styled(text: string, style: unknown): string {
  if (!isObject(style) || text.trim() === '') return text;
  const [, before = '', words = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  const marked = Object.entries(marks).reduce(
    (inner, [name, mark]) => (style[name] === true ? `${mark}${inner}${mark}` : inner),
    words,
  );
  return `${before}${marked}${after}`;
}
