/**
 * One text must not stop the process: what a text may cost to be read as Markdown. Time to read emphasis grows with
 * the square of the marks in a paragraph, that of brackets, headings and nested lists with theirs; within these limits
 * 4,000 characters take less than 100 ms of a slow CPU (`test/unit/lib/markdown-cost.test.ts`). One cost model for all
 * platforms: what is beyond it is a text without marks for each of them.
 */
import type { gfm } from 'micromark-extension-gfm';

type Extension = ReturnType<typeof gfm>;
type Construct = Exclude<NonNullable<Extension['text']>[string], readonly unknown[] | undefined>;
type Resolver = NonNullable<Construct['resolveAll']>;
type Events = Parameters<Resolver>[0];

/** Beyond these a text is no Markdown. */
export const markdownLimits = {
  /** Characters: the longest message of any platform, with room for addresses that are not shown. */
  length: 16_000,
  /** Lists and quotations that one line opens within one another. Nobody nests so deep on purpose. */
  openers: 24,
  /** Lists, items and quotations that are opened in all. */
  containers: 500,
  /** Ends of brackets. */
  brackets: 1500,
  /** Lines that underline a heading. */
  underlines: 150,
  /** Marks of emphasis in one paragraph, cell or heading: beyond it its marks are shown, and the rest is read. */
  marks: 500,
} as const;

const { length, openers, containers, brackets, underlines, marks } = markdownLimits;
const opening = /^(?:[ \t]*(?:[-*+>]|\d{1,9}[.)]))+/gm;
const opener = /[-*+>]|\d+[.)]/g;
const underline = /^ {0,3}(?:=+|-+)[ \t]*$/gm;

/** Can it be read in the time that a message may cost? Takes time in proportion to the length. */
export function isAffordable(markdown: string): boolean {
  return (
    markdown.length <= length &&
    opensFew(markdown) &&
    count(markdown, /\]/g) <= brackets &&
    count(markdown, underline) <= underlines
  );
}

function opensFew(markdown: string): boolean {
  const lines = (markdown.match(opening) ?? []).map((line) => count(line, opener));
  return lines.every((one) => one < openers) && lines.reduce((sum, one) => sum + one, 0) <= containers;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** The same extension, which leaves the marks of a paragraph alone where there are too many of them. */
export function withFewMarks(extension: Extension, sequence: string): Extension {
  const spans = extension.insideSpan?.null ?? [];
  const resolve = spans[0]?.resolveAll;
  if (resolve === undefined) return extension;
  // One for all of its marks: a resolver that is named twice works twice.
  const resolveAll: Resolver = (events, context) => {
    const own = events.filter(([kind, { type }]) => kind === 'enter' && type === sequence);
    return own.length <= marks ? resolve(events, context) : shown(events, sequence);
  };
  const guard = <One extends Pick<Construct, 'resolveAll'>>(one: One): One =>
    one.resolveAll === resolve ? { ...one, resolveAll } : one;
  const text = Object.entries(extension.text ?? {}).map(([code, given]) => [
    code,
    Array.isArray(given) ? given.map(guard) : given === undefined ? given : guard(given),
  ]);
  return { ...extension, text: Object.fromEntries(text), insideSpan: { null: spans.map(guard) } };
}

/** What was a mark is a part of the text. */
function shown(events: Events, sequence: string): Events {
  for (const [, token] of events) if (token.type === sequence) token.type = 'data';
  return events;
}
