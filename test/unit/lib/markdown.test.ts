import { expect, test } from 'vitest';
import { definitionsOf, parseMarkdown, textOf, unread } from '../../../src/lib/markdown.ts';
import { tableLines } from '../../../src/lib/table.ts';

const wholeText = (markdown: string) => {
  const root = parseMarkdown(markdown);
  return root === undefined ? undefined : textOf(root);
};

test('what a reader sees, without marks', () => {
  expect(wholeText('**bold** ~~gone~~ ~5 `code` [text](https://example.org) ![](https://e.org/x.png)')).toBe(
    'bold gone ~5 code text image',
  );
});

test.each([
  ['lists in one line', `${'- '.repeat(5000)}x`],
  ['numbered lists in one line', `${'1. '.repeat(5000)}x`],
  ['quotes over many lines', Array.from({ length: 100 }, (_, depth) => '>'.repeat(depth)).join('\n')],
  ['marks', `${'**a *b '.repeat(80)}x${' b* a**'.repeat(80)}`],
])('what nests too deep is no tree: %s', (_, markdown) => {
  expect(parseMarkdown(markdown)).toBeUndefined();
  expect(textOf(unread(markdown))).toBe(markdown);
});

test('what a person nests is a tree', () => {
  const list = Array.from({ length: 12 }, (_, depth) => `${'  '.repeat(depth)}- ${depth}`).join('\n');
  expect(wholeText(`> > > ${list}`)).toBe('01234567891011');
});

test('the first definition of a name counts, wherever it stands', () => {
  const root = parseMarkdown(
    '> [a]: https://one.example\n\n[a]: https://two.example\n\n[b]: https://three.example',
  );
  expect(Object.fromEntries(definitionsOf(root ?? unread('')))).toEqual({
    a: 'https://one.example',
    b: 'https://three.example',
  });
});

test('a table is lines of equal width, wide signs included', () => {
  const [table] =
    parseMarkdown('| file | **lines** |\n|:--|--:|\n| 日本.ts | 7 |\n| `a\\|b.ts` | 1200 |')?.children ?? [];
  if (table?.type !== 'table') throw new Error('no table was read');
  expect(tableLines(table)).toMatchInlineSnapshot(`
    "file     lines
    -------  -----
    日本.ts      7
    a|b.ts    1200"
  `);
});
