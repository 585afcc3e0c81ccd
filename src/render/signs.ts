/**
 * Lines of the agent's text that begin with a sign of ours, or with one that looks like it, are shown as quotations:
 * only what we say may look like a card, or like what became of one. Pure.
 */
import { afterLine, type Block, type Fence } from './blocks.ts';

const looks = '▸▶►✓✔✗✘✕✖⚠';
/** Names and numbers that Markdown takes for a character, as far as they matter here. */
const names: Readonly<Record<string, string>> = {
  check: '✓',
  checkmark: '✓',
  cross: '✗',
  ensp: ' ',
  emsp: ' ',
  nbsp: ' ',
  newline: '\n',
  numsp: ' ',
  tab: '\t',
  thinsp: ' ',
  zerowidthspace: ' ',
  zwj: ' ',
  zwnj: ' ',
};
const entity = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w{2,20}));/g;

const suspicious = new RegExp(`[${looks}\\r\\u2028\\u2029\\u0085\\v\\f]|&(?:#|check|cross|newline)`, 'i');
/** What may stand before the sign and leaves it the first that a reader takes in: marks, blanks, signs. No cell. */
const head = new RegExp(`^[^\\p{L}\\p{N}|>\`${looks}]*[${looks}]`, 'u');
const item = /^[ \t]*[-*+][ \t]/;
/** Where a link leads: of one without a label nothing else is seen. */
const target = /\](?:\([^)]*\)|\[[^\]]*\])/g;
/** What breaks a line on some platforms and none in Markdown. */
const breaks = /[\u2028\u2029\u0085\v\f]|&(?:#0*1[03]|#[xX]0*[aAdD]|NewLine);/g;

/** `block`: what is open where the text begins. */
export function withQuotedSigns(text: string, block: Block): string {
  if (!suspicious.test(text)) return text;
  const source = text.replace(/\r\n?/g, '\n');
  let made = '';
  let open = block;
  let code = false;
  let blank = true;
  for (let start = 0; start < source.length; ) {
    const newline = source.indexOf('\n', start);
    const end = newline < 0 ? source.length : newline + 1;
    const line = source.slice(start, end);
    const after = afterLine(open, source, start, end);
    code = /^(?: {4}|\t)/.test(line) && open.indent === 0 && (blank || code);
    const fenced = isWithin(open.fence, line) || (open.fence === undefined && after.fence !== undefined);
    made += fenced || code || open.table !== undefined ? line : quotedLine(line);
    blank = line.trim() === '';
    open = after;
    start = end;
  }
  return made;
}

/** A fence of a list or a quotation ends with it, whatever its own marks say. */
function isWithin(fence: Fence | undefined, line: string): boolean {
  if (fence === undefined) return false;
  if (fence.quote !== '') return /^ {0,3}>/.test(line);
  return fence.indent === 0 || /^[ \t]*\n?$/.test(line) || line.search(/[^ \t]/) >= fence.indent;
}

function quotedLine(line: string): string {
  const whole = line.replace(breaks, ' ');
  if (item.test(whole) || !head.test(decoded(whole.replace(target, '')))) return whole;
  const indent = /^\s*/.exec(whole)?.[0] ?? '';
  return `${indent}> ${whole.slice(indent.length)}`;
}

function decoded(line: string): string {
  return line.replace(entity, (found, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return names[name.toLowerCase()] ?? found;
    const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : found;
  });
}
