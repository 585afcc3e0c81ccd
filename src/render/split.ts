/**
 * Cuts a growing text into messages at good places: between blocks, then lines, then words. What is cut off is
 * sealed: more text never changes it. Pure.
 */
import type { Capabilities } from '../core/channel.ts';
import { afterLine, type Block, closing, mayClose, type Opening, reopening, topLevel } from './blocks.ts';
import { type Cut, cutWithin } from './cut.ts';
import { withQuotedSigns } from './signs.ts';

export type Limits = Pick<Capabilities, 'maxLength' | 'measure'>;

export interface Page {
  readonly markdown: string;
  readonly madeAt: number;
  readonly opening: Opening;
}

/** How far a text has been read. The page from `opening` on can still grow. */
export interface Paging {
  readonly source: string;
  readonly sealed: readonly Page[];
  readonly opening: Opening;
  /** Start of the last line, and what is open there: complete lines are read once. */
  readonly scanned: number;
  readonly block: Block;
}

const blank: Paging = {
  source: '',
  sealed: [],
  opening: { start: 0, block: topLevel, madeAt: 0 },
  scanned: 0,
  block: topLevel,
};

/** Raw characters on one page at most, as a multiple of the limit: links measure less than they are long. */
const rawFactor = 4;

/**
 * Reads on where `previous` ended, if it read a beginning of this text. Ends as soon as more than `most` pages are
 * sealed: what nobody will see is not read.
 */
export function paginate(
  source: string,
  limits: Limits,
  previous: Paging | undefined,
  most = Number.POSITIVE_INFINITY,
): Paging {
  let paging: Paging = { ...(previous !== undefined && goesOn(previous, source) ? previous : blank), source };
  paging = readLines(paging, limits);
  while (paging.sealed.length <= most && overflows(paging, limits))
    paging = readLines(sealed(paging, limits), limits);
  return paging;
}

function goesOn(previous: Paging, source: string): boolean {
  const { scanned } = previous;
  // Comparing equally long strings takes 2 µs for 64 kB; `startsWith` takes 60.
  return source.length >= scanned && source.slice(0, scanned) === previous.source.slice(0, scanned);
}

/** As far as a page may reach. */
function readLines(paging: Paging, { maxLength }: Limits): Paging {
  const { source, opening } = paging;
  const window = opening.start + maxLength * rawFactor;
  let { scanned, block } = paging;
  for (let end = source.indexOf('\n', scanned) + 1; end > 0; end = source.indexOf('\n', scanned) + 1) {
    if (scanned > window) break;
    block = afterLine(block, source, scanned, end);
    scanned = end;
  }
  return { ...paging, scanned, block };
}

/** What is open at the very end, the last line read as if it were complete. */
export function endBlock({ source, scanned, block }: Paging): Block {
  return source.length > scanned ? afterLine(block, source, scanned, source.length) : block;
}

function overflows(paging: Paging, limits: Limits): boolean {
  const { source, opening } = paging;
  const { start } = opening;
  if (source.length - start > limits.maxLength * rawFactor) return source.slice(start).trim() !== '';
  // Half an end of a fence would be counted twice.
  const end = mayClose(paging.block, source.slice(paging.scanned)) ? paging.scanned : source.length;
  return !fits(source, opening, end, end === source.length ? endBlock(paging) : paging.block, limits);
}

function fits(source: string, opening: Opening, end: number, block: Block, limits: Limits): boolean {
  return limits.measure(pageText(source, opening, end, block)) <= limits.maxLength;
}

/** The page from its opening to `end`; `block` is what is open in the line that ends there. */
export function pageText(source: string, opening: Opening, end: number, block: Block): string {
  const body = withoutIndent(source.slice(opening.start, end), opening.block).trimEnd();
  const start = opening.block.fence === undefined ? body.replace(/^(?:[^\S\n]*\n)+/, '') : body;
  if (start === '') return '';
  return `${reopening(opening.block)}${withQuotedSigns(start, opening.block)}${closing(block)}`;
}

/** A fence of a list item that goes on at the top of a page stands there without its indent. */
function withoutIndent(body: string, { fence }: Block): string {
  if (fence === undefined || fence.indent === 0) return body;
  const lead = new RegExp(`^ {1,${fence.indent}}`);
  const close = new RegExp(`^\\s*${fence.marks}+\\s*$`);
  const lines = body.split('\n');
  const last = lines.findIndex((line) => close.test(line));
  return lines.map((line, at) => (last < 0 || at <= last ? line.replace(lead, '') : line)).join('\n');
}

/** Seals the page that overflows, and opens the next one. */
function sealed(paging: Paging, limits: Limits): Paging {
  const { source, opening } = paging;
  const window = Math.min(source.length, opening.start + limits.maxLength * rawFactor);
  const found = cutOf(source, opening, window, limits);
  const fenced = found.block.fence !== undefined;
  const start = fenced ? found.at : skipBlank(source, found.at);
  const madeAt = firstInk(source, found.full);
  const block = opened(found.block, start, limits);
  const page = {
    markdown: pageText(source, opening, found.at, found.block),
    madeAt: opening.madeAt,
    opening,
  };
  return {
    source,
    sealed: page.markdown === '' ? paging.sealed : [...paging.sealed, page],
    opening: { start, block, madeAt },
    scanned: start,
    block,
  };
}

/** The page from this opening, cut so that a paragraph of ours fits below it; undefined: nothing else would fit. */
export function pageAbove(
  source: string,
  opening: Opening,
  { maxLength, measure }: Limits,
  paragraph: string,
): string | undefined {
  const window = Math.min(source.length, opening.start + maxLength * rawFactor);
  const whole = (end: number, block: Block) => `${pageText(source, opening, end, block)}\n\n${paragraph}`;
  const test = (end: number, block: Block) => measure(whole(end, block)) <= maxLength;
  const { at, block } = cutWithin(source, opening, window, test);
  return at > opening.start && test(at, block) ? whole(at, block) : undefined;
}

function cutOf(source: string, opening: Opening, window: number, limits: Limits): Cut {
  const test = (end: number, block: Block) => fits(source, opening, end, block, limits);
  const found = cutWithin(source, opening, window, test);
  if (found.at > opening.start) return found;
  // Not even one character fits below what is opened again, or at all.
  const end = opening.start + ((source.codePointAt(opening.start) ?? 0) > 0xffff ? 2 : 1);
  return { at: end, block: { ...opening.block, fence: undefined, table: undefined }, full: end };
}

/** Opened again only where that leaves room for the text itself. */
function opened(block: Block, start: number, { maxLength, measure }: Limits): Block {
  const base: Block = { ...block, inline: start, header: undefined, cut: 1 };
  if (measure(`${reopening(base)}${closing(base)}`) > maxLength / 2) {
    return { ...base, fence: undefined, table: undefined };
  }
  return block.fence === undefined ? base : { ...base, fence: { ...block.fence, reopened: true } };
}

/** Where the text goes on: below blank lines, with the indent of its line unless the cut is within one. */
function skipBlank(source: string, from: number): number {
  const ink = firstInk(source, from);
  const line = source.lastIndexOf('\n', ink - 1) + 1;
  const withinLine = from > 0 && source[from - 1] !== '\n' && line <= from;
  return withinLine ? ink : Math.max(from, line);
}

function firstInk(source: string, from: number): number {
  const ink = source.slice(from).search(/\S/);
  return ink < 0 ? source.length : from + ink;
}
