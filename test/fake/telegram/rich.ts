/** Rich messages: limits, and how they read. */
import type { InputRichBlock, InputRichMessage, RichText } from 'grammy/types';
import { objectOf, type Parameters } from './parameters.ts';
import { bad } from './refusal.ts';

const longest = 32_768;
const mostBlocks = 500;
const mostColumns = 20;
const deepest = 16;

export type Rich = InputRichMessage;
type Block = InputRichBlock;

export function richFrom(parameters: Parameters): Rich {
  const rich = objectOf<Rich>(parameters, 'rich_message');
  if (rich === undefined) throw bad('rich message is not specified');
  const forms = [rich.blocks, rich.html, rich.markdown].filter((form) => form !== undefined);
  if (forms.length !== 1) throw bad('exactly one of blocks, html and markdown must be specified');
  const blocks = rich.blocks ?? [];
  const all = blocks.flatMap((block) => within(block, 1));
  if (all.length > mostBlocks) throw bad('RICH_MESSAGE_BLOCKS_TOO_MUCH');
  for (const block of all)
    if (block.type === 'table' && block.cells.some((row) => row.length > mostColumns))
      throw bad('RICH_MESSAGE_TABLE_COLUMNS_TOO_MUCH');
  const shown = shownRich(rich);
  if (shown.trim() === '') throw bad('message text is empty');
  if (shown.length > longest) throw bad('message is too long');
  return rich;
}

function within(block: Block, depth: number): readonly Block[] {
  if (depth > deepest) throw bad('RICH_MESSAGE_TOO_DEEP');
  const inner =
    'blocks' in block
      ? block.blocks
      : block.type === 'list'
        ? block.items.flatMap((item) => item.blocks)
        : [];
  return [block, ...inner.flatMap((one) => within(one, depth + 1))];
}

/** Markdown and HTML are shown as they came. */
export function shownRich({ blocks, html, markdown }: Rich): string {
  return blocks === undefined ? (html ?? markdown ?? '') : blocks.map(shown).join('\n');
}

function shown(block: Block): string {
  switch (block.type) {
    case 'heading':
      return `${'#'.repeat(block.size)} ${plain(block.text)}`;
    case 'pre':
      return `\`\`\`${block.language ?? ''}\n${plain(block.text)}\n\`\`\``;
    case 'divider':
      return '---';
    case 'list':
      return block.items.map((item) => `- ${item.blocks.map(shown).join('\n  ')}`).join('\n');
    case 'table':
      return block.cells.map((row) => row.map(({ text = '' }) => plain(text)).join(' | ')).join('\n');
    case 'details':
      return `▸ ${plain(block.summary)}\n${block.blocks.map(shown).join('\n')}`;
    case 'buttons':
      return block.buttons.map(({ text }) => `[${plain(text)}]`).join(' ');
    default:
      if ('blocks' in block) return block.blocks.map(shown).join('\n').replace(/^/gm, '> ');
      return 'text' in block ? plain(block.text) : `(${block.type})`;
  }
}

function plain(text: RichText): string {
  if (typeof text === 'string') return text;
  if (Array.isArray(text)) return text.map(plain).join('');
  return 'text' in text ? plain(text.text) : `(${text.type})`;
}
