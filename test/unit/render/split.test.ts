import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import { growingPage } from '../../../src/render/safe-prefix.ts';
import { endBlock, type Limits, type Paging, pageText, paginate } from '../../../src/render/split.ts';

const within = (maxLength: number): Limits => ({ maxLength, measure: (markdown) => markdown.length });

/** A platform that counts what a mark-up language of its own needs. */
const escaping: Limits = {
  maxLength: 120,
  measure: (markdown) => markdown.replace(/[&<>]/g, '&amp;').length,
};

function lastOf(paging: Paging): string {
  return pageText(paging.source, paging.opening, paging.source.length, endBlock(paging));
}

function pagesOf(text: string, limits: Limits): readonly string[] {
  const paging = paginate(text, limits, undefined);
  return [...paging.sealed.map(({ markdown }) => markdown), lastOf(paging)].filter((page) => page !== '');
}

const ink = (text: string) => text.replace(/\s/g, '');

const word = fc.constantFrom(
  'date',
  'of',
  'a',
  'local-time',
  '`code`',
  '**bold**',
  'x_y_z',
  '5 * 3',
  '<b>',
  '日本',
  '🙂',
);
const sentence = fc.array(word, { minLength: 1, maxLength: 25 }).map((words) => words.join(' '));
const fence = fc
  .tuple(
    fc.constantFrom('', 'ts', 'diff'),
    fc.array(sentence, { maxLength: 8 }),
    fc.constantFrom('', '  ', '   '),
  )
  .map(([language, lines, indent]) =>
    [`\`\`\`${language}`, ...lines, '```'].map((line) => `${indent}${line}`).join('\n'),
  );
const table = fc
  .array(fc.tuple(word, word), { minLength: 1, maxLength: 12 })
  .map((rows) => ['| one | two |', '| --- | --- |', ...rows.map(([a, b]) => `| ${a} | ${b} |`)].join('\n'));
const list = fc
  .array(sentence, { minLength: 1, maxLength: 5 })
  .map((items) => items.map((item) => `- ${item}`).join('\n'));
const document = fc
  .array(
    fc.oneof(
      sentence,
      fence,
      table,
      list,
      sentence.map((line) => `## ${line}`),
    ),
    { maxLength: 10 },
  )
  .map((blocks) => blocks.join('\n\n'));

describe('a long text', () => {
  test('is cut between paragraphs, and between words where one is too long', () => {
    const text = 'The first paragraph.\n\nThe second one.\n\nA third that is longer than the page is wide.';
    expect(pagesOf(text, within(40))).toMatchInlineSnapshot(`
      [
        "The first paragraph.

      The second one.",
        "A third that is longer than the page is",
        "wide.",
      ]
    `);
  });

  test('closes a fence and opens it again with its language', () => {
    const code = [
      '1. Do this:',
      '   ```ts',
      '   const a = 1;',
      '   const b = 2;',
      '   const c = 3;',
      '   ```',
      '2. Done.',
    ];
    expect(pagesOf(code.join('\n'), within(60)).join('\n══\n')).toMatchInlineSnapshot(`
      "1. Do this:
         \`\`\`ts
         const a = 1;
         const b = 2;
         \`\`\`
      ══
      \`\`\`ts
      const c = 3;
      \`\`\`
      2. Done."
    `);
  });

  test('is not cut within a row, and repeats the header of a table', () => {
    const rows = Array.from({ length: 6 }, (_, at) => `| row ${at} | value |`);
    const text = ['| name | what |', '|---|---|', ...rows, '', 'After.'].join('\n');
    expect(pagesOf(text, within(90)).join('\n══\n')).toMatchInlineSnapshot(`
      "| name | what |
      |---|---|
      | row 0 | value |
      | row 1 | value |
      | row 2 | value |
      ══
      | name | what |
      |---|---|
      | row 3 | value |
      | row 4 | value |
      | row 5 | value |

      After."
    `);
  });

  test('leaves no heading alone at the bottom', () => {
    expect(
      pagesOf('Some words to begin with.\n\n## A heading\n\nThen more words below it.', within(50)),
    ).toEqual(['Some words to begin with.', '## A heading\n\nThen more words below it.']);
  });

  test('survives what no model should write', () => {
    const wicked = [
      `\`\`\`${'x'.repeat(500)}\nbody\n\`\`\``,
      '`'.repeat(400),
      '🙂'.repeat(300),
      '| '.repeat(300),
    ];
    for (const text of wicked) {
      const pages = pagesOf(text, within(80));
      expect(pages.every((page) => page.length <= 80)).toBe(true);
      expect(pages.join('')).not.toMatch(/\uFFFD/);
    }
  });

  test('fits, and loses nothing', () => {
    fc.assert(
      fc.property(document, fc.integer({ min: 100, max: 400 }), (text, maxLength) => {
        const pages = pagesOf(text, within(maxLength));
        for (const page of pages) expect(page.length).toBeLessThanOrEqual(maxLength);
        const opened = /```(?:ts|diff|)|\| one \| two \||\| --- \| --- \|/g;
        expect(ink(pages.join('\n').replace(opened, ''))).toBe(ink(text.replace(opened, '')));
      }),
      { numRuns: 150 },
    );
  });

  test('fits by the measure of the platform', () => {
    fc.assert(
      fc.property(document, (text) => {
        for (const page of pagesOf(text, escaping)) {
          expect(escaping.measure(page)).toBeLessThanOrEqual(escaping.maxLength);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('has a page of balanced fences each time, as a real reader of Markdown sees it', () => {
    fc.assert(
      fc.property(document, (text) => {
        for (const page of pagesOf(text, within(120))) expect(openFence(page)).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  test('never changes a page that is sealed, and reads on as if from the beginning', () => {
    fc.assert(
      fc.property(
        document,
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 3, maxLength: 40 }),
        (text, steps) => {
          const limits = within(120);
          let paging: Paging | undefined;
          let end = 0;
          for (let at = 0; end < text.length; at++) {
            end += steps[at % steps.length] ?? 1;
            const next = paginate(text.slice(0, end), limits, paging);
            const earlier = paging?.sealed ?? [];
            expect(next.sealed.slice(0, earlier.length)).toEqual(earlier);
            expect(next).toEqual(paginate(text.slice(0, end), limits, undefined));
            paging = next;
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** An unclosed fence is a code block whose last line is not its marks. */
function openFence(markdown: string): boolean {
  const tree = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const open = (node: Nodes): boolean => {
    if (node.type === 'code') return !/(`{3}|~{3})$/.test(markdown.slice(0, node.position?.end.offset));
    return 'children' in node && node.children.some(open);
  };
  return open(tree);
}

describe('a text that grows', () => {
  const safe = (text: string) => growingPage(paginate(text, within(1_000), undefined));

  test.each([
    ['half a **bold wo', 'half a'],
    ['half a *wo', 'half a'],
    ['a `co', 'a'],
    ['a [link](http://exa', 'a'],
    ['a [lin', 'a'],
    ['an image ![alt](x', 'an image'],
    ['2 * 3 and snake_case', '2 * 3 and snake_case'],
    ['done **bold** and `code`', 'done **bold** and `code`'],
    ['text\n\n-', 'text'],
    ['text\n---', 'text'],
    ['text\n``', 'text'],
    ['text\n```t', 'text'],
    ['```ts\nlet a', '```ts\nlet a\n```'],
    ['```ts\nlet a\n``', '```ts\nlet a\n```'],
    ['```ts\nlet a\n```', '```ts\nlet a\n```'],
    ['> ```ts\n> let a', '> ```ts\n> let a\n> ```'],
    ['text\n\n| a | b |\n', 'text'],
    ['text\n\n| a | b |\n|--', 'text'],
    ['| a | b |\n|---|---|\n| 1 |', '| a | b |\n|---|---|'],
    ['| a | b |\n|---|---|\n| 1 | 2 |\n', '| a | b |\n|---|---|\n| 1 | 2 |'],
    ['~~gone', ''],
    ['see <https://exa', 'see'],
    [`a *${'long '.repeat(100)}`, `a *${'long '.repeat(100)}`.trimEnd()],
  ])('%j shows %j', (text, shown) => {
    expect(safe(text)).toBe(shown);
  });

  test('never shows an open fence, and is complete where the text is', () => {
    fc.assert(
      fc.property(document, fc.nat(), (text, at) => {
        const end = text.length === 0 ? 0 : at % text.length;
        const paging = paginate(text.slice(0, end), within(200), undefined);
        const page = growingPage(paging);
        expect(openFence(page)).toBe(false);
        expect(page.length).toBeLessThanOrEqual(200);
        // What is held back is at the end: the rest is the beginning of the whole page.
        const whole = lastOf(paging);
        expect(ink(whole).startsWith(ink(page.replace(/\n\s*`{3}$/, '')))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});
