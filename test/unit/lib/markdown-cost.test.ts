/**
 * What a text may cost: harmless texts that stand at the guard's own limits, and CPU time compared within the run. The
 * issue of each limit is its square: what is within it must be read in proportion to its length.
 */
import { describe, expect, test } from 'vitest';
import { capabilities as discord } from '../../../adapters/discord/capabilities.ts';
import { neutral } from '../../../adapters/slack/neutral.ts';
import { capabilities as telegram } from '../../../adapters/telegram/capabilities.ts';
import { format } from '../../../adapters/web/format.ts';
import { parseMarkdown, textOf } from '../../../src/lib/markdown.ts';
import { isAffordable, markdownLimits } from '../../../src/lib/markdown-guard.ts';
import { createRedactor } from '../../../src/lib/redact.ts';

const { length, openers, containers, brackets, underlines, marks } = markdownLimits;

/** CPU time of this thread, milliseconds: the least of two tries, since others use the machine too. */
function cpuOf(work: () => unknown): number {
  const tries = Array.from({ length: 2 }, () => {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...tries);
}

/** A whole number of these pieces, up to so many characters. */
const filled = (piece: string, most: number) => piece.repeat(Math.floor(most / piece.length));
const paragraph = `${'**word** and '.repeat(marks / 2)}end\n\n`;

/** Texts of everyday signs, each as full of one of them as the guard allows. */
const atLimits: Readonly<Record<string, (most: number) => string>> = {
  'paragraphs with as many marks as are read': (most) =>
    most < paragraph.length ? filled('**word** and ', most) : filled(paragraph, most),
  'items of a list': (most) => filled('- one **item**\n', Math.min(most, containers * 15)),
  'lists within one another': (most) =>
    filled('- one\n  - two\n    - three\n', Math.min(most, (containers / 3) * 26)),
  quotations: (most) => filled('> said\n\n', Math.min(most, containers * 8)),
  links: (most) => filled('[word](https://a.example/b) ', most),
  brackets: (most) => filled('[a] word ', Math.min(most, brackets * 9)),
  headings: (most) => filled('Word\n====\n\nand a text\n\n', Math.min(most, underlines * 23)),
  'rows of a table': (most) => `| a | b |\n|--|--|\n${filled('| **one** | `two` |\n', most - 20)}`,
  code: (most) => filled('`code` and ', most),
  prose: (most) => filled('Some words of **text**, some `code` and a sentence more.\n\n', most),
};

const most: ReadonlySet<string> = new Set(['paragraphs with as many marks as are read', 'rows of a table']);

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  'the parser': parseMarkdown,
  telegram: telegram.measure,
  discord: discord.measure,
  slack: neutral,
  'the page': (text) => format(text),
};

/** The parser reads all of them; whoever writes another dialect from its tree, what makes the most of it. */
const cases = Object.entries(readers).flatMap(([reader, read]) =>
  Object.entries(atLimits)
    .filter(([kind]) => reader === 'the parser' || most.has(kind))
    .map(([kind, make]) => ({ reader, kind, read, make })),
);

test.each(cases)('$reader reads $kind in proportion to their length, and within what a message may cost', ({
  read,
  make,
}) => {
  const [small, large] = [make(length / 4), make(length)];
  expect(isAffordable(small) && isAffordable(large)).toBe(true);
  const [less, more] = [cpuOf(() => read(small)), cpuOf(() => read(large))];
  // Below some milliseconds the clock tells nothing.
  const proportion = (Math.max(5, more) / large.length) * (small.length / Math.max(5, less));
  expect(proportion).toBeLessThan(3);
  expect((more / large.length) * 4000).toBeLessThan(100);
});

describe('beyond the limits', () => {
  test.each([
    ['longer', 'word '.repeat(length / 5 + 1)],
    ['nested deeper in one line', `${'- '.repeat(openers)}x`],
    ['of more items', '- x\n'.repeat(containers + 1)],
    ['of more brackets', 'a] '.repeat(brackets + 1)],
    ['of more headings', 'a\n=\n\n'.repeat(underlines + 1)],
  ])('a text is no Markdown where it is %s', (_, text) => {
    expect(parseMarkdown(text)).toBeUndefined();
    expect(cpuOf(() => parseMarkdown(text))).toBeLessThan(20);
  });

  test('a paragraph with more marks shows them, and all others are read', () => {
    const within = parseMarkdown(`${'*a* '.repeat(marks / 2)}\n\n**bold**`);
    const beyond = parseMarkdown(`${'*a* '.repeat(marks / 2 + 1)}\n\n**bold** and ~~gone~~`);
    if (within === undefined || beyond === undefined) throw new Error('not read');
    expect(textOf(within)).not.toContain('*');
    const [first, second] = beyond.children;
    expect(first && textOf(first)).toBe('*a* '.repeat(marks / 2 + 1).trim());
    expect(second && textOf(second)).toBe('bold and gone');
  });
});

test('secrets are looked for in proportion to the length of a text, whatever its words look like', () => {
  const { text } = createRedactor([]);
  const [small, large] = [20_000, 80_000].map((most) => filled('a.name-of+a.host.', most));
  for (const one of [small, large]) text(one ?? '');
  const [less, more] = [cpuOf(() => text(small ?? '')), cpuOf(() => text(large ?? ''))];
  expect(Math.max(1, more) / Math.max(1, less)).toBeLessThan(4 * 3);
});
