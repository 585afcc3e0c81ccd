/** The text slots of one segment. Pure. */

import type { TurnItem } from '../core/turn.ts';
import { afterLine, type Block, closing, type Opening, topLevel } from './blocks.ts';
import { growingPage } from './safe-prefix.ts';
import type { Entry } from './segments.ts';
import { endBlock, type Limits, type Paging, pageAbove, pageText, paginate } from './split.ts';

export interface TextInput {
  readonly entries: readonly Entry[];
  /** Stands above all text, once there is some. */
  readonly heading: string;
  /** Paragraphs that end the turn. */
  readonly ending: readonly string[];
  /** More text may come here. */
  readonly open: boolean;
  /** What is too long stands whole elsewhere; unset: it goes on in further messages. */
  readonly cap?: Cap | undefined;
}

export interface Cap {
  readonly pages: number;
  /** Paragraph at the end of the last page, in place of all that is beyond it and of the ending. */
  note(ending: readonly string[]): string;
}

/** One message of text; `at`: index of the root part that made it necessary. */
export interface TextPage {
  readonly at: number;
  /** undefined: it is not known in full now. */
  readonly markdown: string | undefined;
}

/** What was read of a segment's text, for the next time. */
export interface TextLayout {
  readonly parts: readonly ClosedPart[];
  readonly paging: Paging;
  /** The last page of a text that is too long. */
  readonly last?: LastPage;
}

interface LastPage {
  readonly opening: Opening;
  readonly note: string;
  readonly markdown: string;
}

interface TextPages {
  readonly pages: readonly TextPage[];
  readonly layout: TextLayout;
  /** Not all of the text is on the pages. */
  readonly cut: boolean;
}

interface ClosedPart {
  readonly item: TurnItem;
  /** Its text with what it left open closed, so that more can stand below. */
  readonly text: string;
}

interface Source {
  readonly text: string;
  /** Where each part begins. */
  readonly marks: readonly { readonly from: number; readonly at: number }[];
  /** Where text begins that is not fully known; undefined where all is. */
  readonly gap: number | undefined;
  readonly parts: readonly ClosedPart[];
}

export function textPages(input: TextInput, limits: Limits, previous: TextLayout | undefined): TextPages {
  const all = allPages(input, limits, previous);
  const { cap, ending } = input;
  if (cap === undefined || all.pages.length <= cap.pages) return all;
  // Where only the ending is beyond it, nothing would be gained by a cut.
  const said = ending.length === 0 ? all : allPages({ ...input, ending: [] }, limits, previous);
  if (said.pages.length <= cap.pages) return all;
  return cutPages(said, cap.pages, cap.note(ending), limits, previous?.last) ?? all;
}

function cutPages(
  { pages, layout }: TextPages,
  most: number,
  note: string,
  limits: Limits,
  known: LastPage | undefined,
): TextPages | undefined {
  const { source, sealed } = layout.paging;
  const opening = sealed[most - 1]?.opening;
  const page = pages[most - 1];
  if (opening === undefined || page === undefined) return undefined;
  const same = known?.opening === opening && known.note === note;
  const markdown = same ? known.markdown : pageAbove(source, opening, limits, note);
  if (markdown === undefined) return undefined;
  const kept = pages.slice(most - 1).some((one) => one.markdown === undefined);
  const last: TextPage = { at: page.at, markdown: kept ? undefined : markdown };
  return {
    pages: [...pages.slice(0, most - 1), last],
    layout: { ...layout, last: { opening, note, markdown } },
    cut: true,
  };
}

function allPages(input: TextInput, limits: Limits, previous: TextLayout | undefined): TextPages {
  const source = sourceOf(input, previous?.parts ?? []);
  const most = input.cap?.pages ?? Number.POSITIVE_INFINITY;
  const paging = paginate(source.text, limits, previous?.paging, most);
  const beyond = paging.sealed.length > most;
  const last = beyond ? '' : isGrowing(input) ? growingPage(paging) : lastPage(paging);
  const texts = [
    ...paging.sealed,
    ...(last === '' ? [] : [{ markdown: last, madeAt: paging.opening.madeAt }]),
  ];
  const pages = texts.map(({ markdown, madeAt }, index): TextPage => {
    const at = partAt(source, index === 0 ? 0 : madeAt);
    const next = index === texts.length - 1 ? source.text.length : (texts[index + 1]?.madeAt ?? 0);
    return { at, markdown: source.gap !== undefined && next >= source.gap ? undefined : markdown };
  });
  return { pages, layout: { parts: source.parts, paging }, cut: false };
}

/** Text that is being written now is the newest part of all. */
function isGrowing({ entries, open }: TextInput): boolean {
  const part = entries.at(-1)?.item.part;
  return open && part?.type === 'text' && !part.done && part.text.trim() !== '';
}

function lastPage(paging: Paging): string {
  return pageText(paging.source, paging.opening, paging.source.length, endBlock(paging));
}

/** The part that a place in the text belongs to. */
function partAt({ marks }: Source, place: number): number {
  return (marks.findLast(({ from }) => from <= place) ?? marks[0])?.at ?? 0;
}

function sourceOf({ entries, heading, ending }: TextInput, known: readonly ClosedPart[]): Source {
  const texts = entries.filter(({ item: { part } }) => part.type === 'text' && hasText(part.text, part.gap));
  const marks: { from: number; at: number }[] = [];
  const parts: ClosedPart[] = [];
  let gap: number | undefined;
  let text = texts.length === 0 || heading === '' ? '' : `${heading}\n\n`;
  for (const [index, { at, item }] of texts.entries()) {
    const { part } = item;
    if (part.type !== 'text') continue;
    marks.push({ from: text.length, at });
    if (part.gap && !part.done) gap ??= text.length;
    const last = index === texts.length - 1 && ending.length === 0;
    if (last) {
      text += part.text;
      continue;
    }
    const closed = known[index]?.item === item ? known[index] : { item, text: closedText(part.text) };
    parts.push(closed);
    text += `${closed.text}\n\n`;
  }
  if (ending.length > 0) marks.push({ from: text.length, at: Number.MAX_SAFE_INTEGER });
  return { text: text + ending.join('\n\n'), marks, gap, parts };
}

function hasText(text: string, gap: boolean): boolean {
  return gap || text.trim() !== '';
}

/** With what it left open closed. */
export function closedText(text: string): string {
  let block: Block = topLevel;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    block = afterLine(block, text, start, end);
    start = end;
  }
  return `${text.trimEnd()}${closing(block)}`;
}
