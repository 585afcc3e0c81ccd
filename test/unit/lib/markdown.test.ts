import type { Nodes } from 'mdast';
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

/** Its marks as `<b>`, `<i>` and `<s>`. */
function marked(markdown: string): string {
  const tags: Readonly<Record<string, string>> = { strong: 'b', emphasis: 'i', delete: 's' };
  const written = (node: Nodes): string => {
    if (!('children' in node)) return textOf(node);
    const inner = node.children.map(written).join('');
    const tag = tags[node.type];
    return tag === undefined ? inner : `<${tag}>${inner}</${tag}>`;
  };
  return written(parseMarkdown(markdown) ?? unread(markdown));
}

test.each([
  ['**“검토를 마쳤다”**는 결과입니다.', '<b>“검토를 마쳤다”</b>는 결과입니다.'],
  ['**設定を変更（任意）。**次に保存します。', '<b>設定を変更（任意）。</b>次に保存します。'],
  ['これは**「重要」**です', 'これは<b>「重要」</b>です'],
  ['한국어**“강조”**입니다**“둘”**은', '한국어<b>“강조”</b>입니다<b>“둘”</b>은'],
  ['**重要：**确认后继续', '<b>重要：</b>确认后继续'],
  ['*（注）*です', '<i>（注）</i>です'],
  ['~~古い。~~新しい', '<s>古い。</s>新しい'],
  ['**`npm test`**を実行', '<b>npm test</b>を実行'],
  ['a **b**, *c*; snake_case_name and 5 * 3 * 2', 'a <b>b</b>, <i>c</i>; snake_case_name and 5 * 3 * 2'],
])('emphasis is what a person meant, also where no space stands beside it: %s', (markdown, seen) => {
  expect(marked(markdown)).toBe(seen);
});

test.each(['3~5일, 7~10일', 'some ~20 MB and ~30 s', '~kept~'])('one ~ strikes nothing out: %s', (text) => {
  expect(marked(text)).toBe(text);
});
