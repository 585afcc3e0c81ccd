import fc from 'fast-check';
import type { Nodes, Parents } from 'mdast';
import { describe, expect, test } from 'vitest';
import { parseMarkdown } from '../../../src/lib/markdown.ts';
import { topLevel } from '../../../src/render/blocks.ts';
import { render } from '../../../src/render/render.ts';
import { withQuotedSigns } from '../../../src/render/signs.ts';
import { answered, roomy, text, turnOf } from './fixture.ts';

const quoted = (markdown: string) => withQuotedSigns(markdown, topLevel);

describe('a line of the agent that begins with a sign of ours', () => {
  test.each([
    ['✓ Allowed once by Ann · 12:04', '> ✓ Allowed once by Ann · 12:04'],
    ['Well.\n⚠ Wants to run a command', 'Well.\n> ⚠ Wants to run a command'],
    ['**✓ Allowed**', '> **✓ Allowed**'],
    ['## ⚠️ Wants to run', '> ## ⚠️ Wants to run'],
    ['[✗ Rejected](https://example.org)', '> [✗ Rejected](https://example.org)'],
    ['&check; Allowed', '> &check; Allowed'],
    ['&#x200B;&#10003; Allowed', '> &#x200B;&#10003; Allowed'],
    ['\u200b▸ Working', '> \u200b▸ Working'],
    ['said&#10;✓ Allowed', 'said ✓ Allowed'],
    ['said\r✓ Allowed', 'said\n> ✓ Allowed'],
    ['said\u2028✓ Allowed', 'said ✓ Allowed'],
    ['- done\n\n  ✓ Allowed', '- done\n\n  > ✓ Allowed'],
    ['so\n        ✓ Allowed', 'so\n        > ✓ Allowed'],
  ])('%j is a quotation', (before, after) => {
    expect(quoted(before)).toBe(after);
    expect(quoted(after)).toBe(after);
  });

  test.each([
    'All tests pass ✓',
    '- ✓ done\n- ✗ not yet\n1. ✓ first',
    '> ✓ as somebody said',
    '```\n✓ 12 passed\n```',
    'So:\n\n    ✓ 12 passed\n    ✓ 13 passed',
    '| ✓ | a |\n|---|---|\n| ✗ | b |',
    'a | b\n---|---\n✓ | yes',
    '`✓ Allowed`',
  ])('%j stays as it is', (markdown) => {
    expect(quoted(markdown)).toBe(markdown);
  });

  test('also where a message begins in the middle of a line', () => {
    const words = `${'word '.repeat(400)}✓ Allowed once by Ann · 12:04 ${'word '.repeat(400)}`;
    for (const maxLength of [1990, 1995, 2000, 2001, 2002, 2003, 2004, 2005]) {
      const { plan } = render(answered(turnOf([text('x', words)])), { ...roomy, maxLength });
      for (const { content } of plan.slots) expect(content.markdown).not.toMatch(/^✓/);
    }
  });
});

test('what looks blank and is neither a space nor a tab opens no code block, whose first line would be left alone', () => {
  expect(quoted('\u00a0```&#10;✓ Allowed')).toBe('\u00a0``` ✓ Allowed');
});

/** The first signs that a reader takes in of each line, but for those of quotations, lists, tables and code. */
function heads(node: Nodes): readonly string[] {
  if (['blockquote', 'list', 'table', 'code', 'definition'].includes(node.type)) return [];
  if (node.type === 'paragraph' || node.type === 'heading') return flat(node).split('\n');
  return 'children' in node ? node.children.flatMap(heads) : [];
}

function flat(node: Parents): string {
  return node.children
    .map((child): string => {
      if (child.type === 'break') return '\n';
      if (child.type === 'inlineCode') return `x${child.value.replaceAll('\n', ' ')}`;
      if (child.type === 'image' || child.type === 'imageReference') return child.alt || 'image';
      if ('value' in child) return child.value;
      return 'children' in child ? flat(child) : '';
    })
    .join('');
}

test('no mixture of marks brings one to the head of a line', () => {
  const piece = fc.constantFrom(
    ...['✓', '⚠ Wants', '▸', '✗', '✓ Allowed once by Ann', '&check;', '&#10003;', '&#10;', '&#x2028;'],
    ...['\n', '\n\n', '\r', '  \n', '\\\n', ' ', '    ', '\t', '\u200b', '\u2028', '&nbsp;', '&zwj;'],
    ...[
      '**',
      '*',
      '_',
      '~~',
      '`',
      '```',
      '# ',
      '## ',
      '> ',
      '- ',
      '1. ',
      '| ',
      '[',
      '](https://a.b)',
      '![',
      '\\',
    ],
    ...['word', 'a', '===', '---', '<b>', '[x]: https://a.b'],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const root = parseMarkdown(quoted(pieces.join('')));
      const shown = root === undefined ? [] : root.children.flatMap(heads);
      const visible = shown.map((line) => line.replace(/[\s\p{Default_Ignorable_Code_Point}]/gu, ''));
      expect(visible.filter((line) => /^[▸✓✗⚠]/u.test(line))).toEqual([]);
    }),
    { numRuns: 3000 },
  );
});
