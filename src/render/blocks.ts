/** A line-by-line reading of Markdown, as far as it decides where a text may be cut. Pure. */

export interface Fence {
  readonly marks: string;
  /** The opening line after the marks: the language. */
  readonly info: string;
  /** Spaces before the marks; more than 3 within a list. */
  readonly indent: number;
  /** Marks of a quotation before every line. */
  readonly quote: string;
  /** It stands at the top of a page, opened again without its indent. */
  readonly reopened: boolean;
}

/** What is open at the start of a line. */
export interface Block {
  readonly fence: Fence | undefined;
  /** Header and delimiter row of the table that it stands in. */
  readonly table: string | undefined;
  /** Where a line begins that may turn out to be the header of a table. */
  readonly header: number | undefined;
  /** Where the run of inline text begins that may go on in this line. */
  readonly inline: number;
  /** How far the content of the open list item is indented. */
  readonly indent: number;
  /**
   * How good it is to cut before this line: 2 between blocks, 1 between lines, 0 never (below a heading, below what
   * opens a fence, within the head of a table).
   */
  readonly cut: 0 | 1 | 2;
}

export const topLevel: Block = {
  fence: undefined,
  table: undefined,
  header: undefined,
  inline: 0,
  indent: 0,
  cut: 2,
};

/** Longer runs are not what a model opens a code block with; they would not fit above and below a page. */
const longestMarks = 16;

const quotePattern = /^(?: {0,3}> ?)+/;
/** Of all that looks blank, Markdown takes spaces and tabs only for an indent. */
const itemPattern = /^([ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+)/;
const fencePattern = /^([ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(`{3,}|~{3,})(.*)$/;
const delimiterPattern = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
const headingPattern = /^ {0,3}#{1,6}(?:\s|$)/;

/** What is open after a line; `start` and `end` are where it begins and where the next one does. */
export function afterLine(before: Block, text: string, start: number, end: number): Block {
  const line = text.slice(start, end).trimEnd();
  const quote = quotePattern.exec(line)?.[0] ?? '';
  const { fence } = before;
  if (fence !== undefined && (fence.quote === '' || quote !== '')) {
    if (!closes(fence, fence.quote === '' ? line : line.slice(quote.length))) return { ...before, cut: 1 };
    return { ...before, fence: undefined, header: undefined, inline: end, cut: 2 };
  }
  const outside: Block = fence === undefined ? before : { ...before, fence: undefined, inline: start };
  return outsideFence(outside, line, quote, start, end, text);
}

function outsideFence(
  before: Block,
  line: string,
  quote: string,
  start: number,
  end: number,
  text: string,
): Block {
  const content = line.slice(quote.length);
  const plain: Block = { ...before, table: undefined, header: undefined, cut: 1 };
  const fence = opened(content, quote, before.indent);
  if (fence !== undefined) return { ...plain, fence, cut: 0 };
  if (content === '') {
    const belowHeading = before.cut === 0 && before.header === undefined && before.table === undefined;
    return { ...plain, inline: end, cut: belowHeading ? 0 : 2 };
  }
  if (headingPattern.test(content)) return { ...plain, inline: end, cut: 0 };
  const item = itemPattern.exec(content)?.[1];
  if (item !== undefined) return { ...plain, inline: start, indent: item.length };
  if (before.table !== undefined) return { ...before, inline: end, cut: 1 };
  if (before.header !== undefined && content.includes('|') && delimiterPattern.test(content)) {
    return { ...plain, table: `${text.slice(before.header, start)}${line}\n`, inline: end, cut: 0 };
  }
  const left = before.inline === start && !/^\s/.test(content);
  const indent = left ? 0 : before.indent;
  if (!content.includes('|')) return { ...plain, indent };
  return { ...plain, indent, header: start, cut: /^\s*\|/.test(content) ? 0 : 1 };
}

function opened(content: string, quote: string, listIndent: number): Fence | undefined {
  const [, lead = '', marks, info = ''] = fencePattern.exec(content) ?? [];
  if (marks === undefined || marks.length > longestMarks) return undefined;
  // A tab is four columns wide.
  if (/^\s*$/.test(lead) && lead.replaceAll('\t', '    ').length > listIndent + 3) return undefined;
  if (marks.startsWith('`') && info.includes('`')) return undefined;
  return { marks, info: info.trim().slice(0, 20), indent: lead.length, quote, reopened: false };
}

function closes(fence: Fence, content: string): boolean {
  const run = content.replace(/^[ \t]+|[ \t]+$/g, '');
  if (run.length < fence.marks.length || content.length - content.trimStart().length > fence.indent + 3) {
    return false;
  }
  const mark = fence.marks.charAt(0);
  return [...run].every((character) => character === mark);
}

/** The beginning of a line that may become the end of the fence it stands in. */
export function mayClose({ fence }: Block, line: string): boolean {
  const run = line.replace(/^[\s>]*/, '').trimEnd();
  return fence !== undefined && run !== '' && [...run].every((one) => one === fence.marks.charAt(0));
}

/** What must be written at the end of a page that ends here. */
export function closing({ fence }: Block): string {
  if (fence === undefined) return '';
  return `\n${fence.quote}${' '.repeat(fence.reopened ? 0 : fence.indent)}${fence.marks}`;
}

/** What must be written at the top of a page that begins here. */
export function reopening({ fence, table }: Block): string {
  if (fence !== undefined) return `${fence.quote}${fence.marks}${fence.info}\n`;
  return table ?? '';
}

/** Where a page begins, and what is open there. */
export interface Opening {
  readonly start: number;
  readonly block: Block;
  /** The line of the text that no longer fitted on the page before. */
  readonly madeAt: number;
}
