/** The part of an unfinished text that looks the same whatever comes next. Pure. */
import { type Block, mayClose } from './blocks.ts';
import { openInline } from './inline.ts';
import { type Paging, pageText } from './split.ts';

/**
 * Characters that are held back at most: what is open for longer was probably not meant as Markdown, and a person
 * would see the text stand still.
 */
const longestHold = 400;

/** Lines that are not yet more than a mark: of a list, a heading, a rule, a quotation. */
const markOnly = /^\s*(?:[-*+>#=_~|\s]+|\d{1,9}[.)]?)$/;
const fenceBegins = /^\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)?(?:`{1,2}$|`{3,}[^`]*$|~{2}$|~{3,})/;

/** The open page as it may be shown while its text grows: without what is half-written, fences closed. */
export function growingPage(paging: Paging): string {
  const { source, opening, block } = paging;
  return pageText(source, opening, Math.max(opening.start, safeEnd(paging)), block);
}

function safeEnd(paging: Paging): number {
  const { source, opening, scanned, block } = paging;
  if (block.fence !== undefined) return mayClose(block, source.slice(scanned)) ? scanned : source.length;
  const end = lineEnd(paging);
  const inline = Math.min(end, Math.max(block.inline, opening.start));
  const open = openInline(source.slice(inline, end));
  return open === undefined || end - inline - open > longestHold ? end : inline + open;
}

/** Up to the last line, or with it where it is certain what kind of line it is. */
function lineEnd({ source, scanned, block }: Paging): number {
  const line = source.slice(scanned);
  if (fenceBegins.test(line) || block.table !== undefined) return scanned;
  const header = headerStart(source, block, line);
  if (header !== undefined) return header;
  return /^\s*\|/.test(line) || markOnly.test(line) ? scanned : source.length;
}

/** A line of cells is the header of a table once the next line says so. */
function headerStart(source: string, block: Block, line: string): number | undefined {
  const { header } = block;
  if (header === undefined || !/^\s*\|/.test(source.slice(header, header + 100))) return undefined;
  return /^[\s|:-]*$/.test(line) ? header : undefined;
}
