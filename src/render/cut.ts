/** Looks for the best place to cut a page that has become too long. Pure. */
import { afterLine, type Block, type Opening } from './blocks.ts';
import { openInline } from './inline.ts';

export interface Cut {
  readonly at: number;
  /** What is open there. */
  readonly block: Block;
  /** Where the first line begins that no longer fits whole. */
  readonly full: number;
}

type Fits = (end: number, block: Block) => boolean;

interface Line {
  readonly end: number;
  /** What is open below it. */
  readonly block: Block;
}

/** A page that ends at a good place may stay this empty, as a share of what would fit. */
const leastFill = 0.5;

/** Characters that closing a fence may take. */
const longestClosing = 20;

export function cutWithin(source: string, opening: Opening, window: number, fits: Fits): Cut {
  const { start, block } = opening;
  const lines = linesOf(source, opening, window);
  const whole = lines.slice(
    0,
    lastFitting(lines.length, (count) => fitsLines(lines, count, fits)),
  );
  const top: Line = whole.at(-1) ?? { end: start, block };
  const limit = top.end > start && opensFence(source, top) ? top.end : limitIn(source, top, window, fits);
  const enough = start + (limit - start) * leastFill;
  const good = (line: Line, least: 1 | 2): boolean => line.block.cut >= least;
  const line =
    whole.findLast((one) => one.end >= enough && good(one, 2)) ??
    whole.findLast((one) => one.end >= enough && good(one, 1));
  if (line !== undefined) return { at: line.end, block: line.block, full: top.end };
  const word = wordCut(source, top, limit);
  if (word !== undefined) return { at: word, block: top.block, full: top.end };
  const any = whole.findLast((one) => good(one, 1)) ?? whole.at(-1);
  if (any !== undefined) return { at: any.end, block: any.block, full: top.end };
  const at = wholeCharacter(source, limit);
  const end = afterLine(top.block, source, top.end, at);
  // A line that opens a fence and is longer than a page: leave room to close it.
  return end.fence === top.block.fence
    ? { at, block: top.block, full: top.end }
    : { at: Math.max(top.end, at - longestClosing), block: end, full: top.end };
}

/** Such a line is not cut, and what fits of it depends on whether it is complete. */
function opensFence(source: string, { end, block }: Line): boolean {
  const newline = source.indexOf('\n', end);
  const line = newline < 0 ? source.length : newline;
  return afterLine(block, source, end, line).fence !== block.fence;
}

function linesOf(source: string, opening: Opening, window: number): readonly Line[] {
  const lines: Line[] = [];
  let { start, block } = opening;
  for (let end = source.indexOf('\n', start) + 1; end > 0 && end <= window; ) {
    block = afterLine(block, source, start, end);
    lines.push({ end, block });
    start = end;
    end = source.indexOf('\n', start) + 1;
  }
  return lines;
}

function fitsLines(lines: readonly Line[], count: number, fits: Fits): boolean {
  const line = lines[count - 1];
  return line === undefined || fits(line.end, line.block);
}

/** The largest number up to `most` that fits, where all smaller ones do; 0 always fits. */
function lastFitting(most: number, fits: (count: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How much of the line below the last whole one still fits: not all of it, or it would be among them. */
function limitIn(source: string, top: Line, window: number, fits: Fits): number {
  const newline = source.indexOf('\n', top.end);
  const end = Math.min(window, newline < 0 ? source.length : newline);
  return top.end + lastFitting(Math.max(0, end - top.end - 1), (count) => fits(top.end + count, top.block));
}

/** The last space on the line below the whole ones, not within a link, code or emphasis if that can be. */
function wordCut(source: string, top: Line, limit: number): number | undefined {
  const line = source.slice(top.end, limit);
  if (top.block.table !== undefined || /^\s*(?:\||[`~]{3})/.test(line)) return undefined;
  const inline = Math.min(top.block.inline, top.end);
  const open = top.block.fence === undefined ? openInline(source.slice(inline, limit)) : undefined;
  const closed = open === undefined ? limit : inline + open;
  return lastSpace(source, top.end, closed) ?? lastSpace(source, top.end, limit);
}

/** The place after the last space; what follows must not look like the beginning of a list, heading or the like. */
function lastSpace(source: string, from: number, to: number): number | undefined {
  for (let at = to; at > from; at--) {
    if (!/\s/.test(source.charAt(at - 1))) continue;
    if (!/[-+*#>=|`~\d\s]/.test(source.charAt(at)) && source.slice(from, at).trim() !== '') return at;
  }
  return undefined;
}

/** Not between the halves of a character. */
function wholeCharacter(source: string, at: number): number {
  const code = source.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
