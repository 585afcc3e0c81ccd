import fc from 'fast-check';
import type { MessageEntity } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import { format, formatPlain } from '../../../adapters/telegram/format.ts';
import { richOf } from '../../../adapters/telegram/rich.ts';
import { tdlib } from '../../fake/telegram/tdlib.ts';

/** The text, and what each mark covers. */
function shown(markdown: string): string {
  const { text, entities } = format(markdown);
  const marks = entities.map(({ offset, length, ...mark }) => {
    const { type, ...rest } = mark;
    const more = Object.values(rest).map((value) => ` ${JSON.stringify(value)}`);
    return `${type}${more.join('')}: ${JSON.stringify(text.slice(offset, offset + length))}`;
  });
  return [text, ...(marks.length === 0 ? [] : ['', ...marks])].join('\n');
}

test('blocks stand apart, headings are bold, lists have signs', () => {
  expect(
    shown(
      '# Plan\nFirst *this*, then **that**.\n\n- one\n  - two\n- [x] done\n- [ ] open\n\n3. three\n4. four',
    ),
  ).toMatchInlineSnapshot(`
    "Plan
    First this, then that.

    • one
        • two
    [x] done
    [ ] open

    3. three
    4. four

    bold: "Plan"
    italic: "this"
    bold: "that""
  `);
});

test('code keeps its language, and styles leave it alone', () => {
  expect(shown('**run `npm test` now**\n\n```ts\nconst a = 1;\n```')).toMatchInlineSnapshot(`
    "run npm test now

    const a = 1;

    bold: "run"
    bold: "now"
    code: "npm test"
    pre "ts": "const a = 1;""
  `);
});

test('a code block in a list keeps its own indent', () => {
  expect(shown('1. first\n   ```\n   a\n     b\n   ```\n   then')).toMatchInlineSnapshot(`
    "1. first
    a
      b
        then

    pre: "a\\n  b""
  `);
});

test('the first line of code keeps its indent', () => {
  expect(format('```\n   11 a\n   8 b\n```')).toEqual({
    text: '   11 a\n   8 b',
    entities: [{ type: 'pre', offset: 0, length: 14 }],
  });
});

test('a table is a block of aligned lines', () => {
  expect(shown('| call | prints |\n|:--|--:|\n| `getDate()` | 13 |\n| 界界 | 7 |')).toMatchInlineSnapshot(`
    "call       prints
    ---------  ------
    getDate()      13
    界界            7

    pre: "call       prints\\n---------  ------\\ngetDate()      13\\n界界            7""
  `);
});

test('a quotation within another is no mark of its own', () => {
  expect(shown('> one\n>\n> > two')).toMatchInlineSnapshot(`
    "one

    two

    blockquote: "one\\n\\ntwo""
  `);
});

test('only the web is linked to, and no picture is fetched', () => {
  expect(
    shown(
      '[web](https://a.example/x) [app](tg://user?id=1) [script](javascript:alert) [file](src/a.ts) ![chart](https://a.example/c.png) https://b.example/y me@c.example',
    ),
  ).toMatchInlineSnapshot(`
    "web app (tg://user?id=1) script file (src/a.ts) chart https://b.example/y me@⁠c.⁠example

    text_link "https://a.example/x": "web"
    code: "tg://user?id=1"
    code: "src/a.ts"
    text_link "https://a.example/c.png": "chart"
    text_link "https://b.example/y": "https://b.example/y""
  `);
});

test('HTML is text', () => {
  expect(format('<b>bold</b> <tg-button>press</tg-button>').text).toBe(
    '<b>bold</b> <tg-button>press</tg-button>',
  );
});

test('offsets count in UTF-16 units', () => {
  const { text, entities } = format('\u{1F600} **b**');
  expect(entities).toEqual([{ type: 'bold', offset: 3, length: 1 }]);
  expect(text.slice(3, 4)).toBe('b');
});

test('more marks than Telegram keeps: styles go first, and nothing becomes live by it', () => {
  const many = format('`@ann` **b** '.repeat(80));
  expect(many.entities.length).toBe(80);
  const more = format('`@ann` **b** '.repeat(120));
  expect(more.entities).toEqual([]);
  expect(more.text).not.toContain('@ann');
});

test('what nests too deep for a call stack is a text', () => {
  for (const part of ['1. ', '> ', '- ', '*a **b ', '*_']) {
    const markdown = part.repeat(1500).trim();
    expect(format(markdown).text.length).toBeGreaterThanOrEqual(1000);
  }
  const emphasis = `${'*a '.repeat(1000)}${'a* '.repeat(1000)}`.trim();
  expect(format(emphasis)).toEqual({ text: emphasis, entities: [] });
});

test('without marks it says the same', () => {
  expect(formatPlain('# A\n`b` [c](https://d.example)')).toEqual({
    text: 'A\nb c (https:\u2060//d.\u2060example)',
    entities: [],
  });
});

/** TDLib's own eyes: what the apps and the server find in a text. */
function foundByTelegram(text: string): readonly MessageEntity[] {
  if (tdlib === undefined) throw new Error('prebuilt-tdlib has nothing for this system');
  return tdlib.find(text);
}

const live = new Set<MessageEntity['type']>(['mention', 'hashtag', 'cashtag', 'bot_command', 'url']);
const covering = new Set<MessageEntity['type']>(['code', 'pre', 'text_link']);

/** Whatever Telegram makes live of it, beyond the links that we made: what meets a mark of ours is not looked at. */
function strayLinks(markdown: string): readonly string[] {
  const { text, entities } = format(markdown);
  return foundByTelegram(text)
    .filter(({ type }) => live.has(type))
    .filter(
      ({ offset, length }) =>
        !entities.some(
          (entity) =>
            covering.has(entity.type) &&
            entity.offset < offset + length &&
            offset < entity.offset + entity.length,
        ),
    )
    .map(({ offset, length }) => text.slice(offset, offset + length));
}

test('nothing of a text becomes live by itself', () => {
  const nasty =
    '@ann (@ann) #tag #тег ＃tag $USD /stop x:/stop /stop@other_bot README.md main.rs script.sh пример.рф a.b.example tg://resolve?domain=x ton://y http://localhost/z 10.0.0.1 10.0.0.1:80/x t.me/abc @ann.example';
  expect(strayLinks(nasty)).toEqual([]);
  expect(strayLinks(`# ${nasty}\n\n> ${nasty}\n\n- ${nasty}\n\n**${nasty}**`)).toEqual([]);
});

const piece = fc.constantFrom(
  ...'@|#|$|/|.|ann|@ann|#tag|/stop|$USD|a.md|tg://x|http://b.example/@ann|www.c.example|10.0.0.1|[@ann](tg://x)|[/stop](https://d.example)|`|```|\n|\n\n|**|*|_|~~|> |- |1. |# || a | b |\n|-|-|\n|<b>|</b>|&#64;ann|\\@ann|\u2060| |界|\u{1F600}|x'.split(
    '|',
  ),
  '| a | @ann |\n|---|---|\n| /stop | #tag |\n',
  '![@ann](https://e.example/i.png)',
);

test('whatever the model writes: nothing live, and marks that nest as Telegram demands', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const markdown = pieces.join('');
      expect(strayLinks(markdown)).toEqual([]);
      expectNested(format(markdown).entities, format(markdown).text);
    }),
    { numRuns: 300 },
  );
});

function expectNested(entities: readonly MessageEntity[], text: string): void {
  for (const one of entities) {
    const part = text.slice(one.offset, one.offset + one.length);
    const bare = one.type === 'pre' ? part.trimEnd() : part.trim();
    expect(bare, `${one.type} is empty or covers blank ends`).toBe(part);
    expect(part).not.toBe('');
  }
  const pairs = entities.flatMap((one, at) => entities.slice(at + 1).map((other) => [one, other] as const));
  expect(pairs.filter(([one, other]) => meet(one, other) && !mayMeet(one, other))).toEqual([]);
}

function meet(one: MessageEntity, other: MessageEntity): boolean {
  return other.offset < one.offset + one.length && one.offset < other.offset + other.length;
}

function within(one: MessageEntity, other: MessageEntity): boolean {
  return other.offset <= one.offset && one.offset + one.length <= other.offset + other.length;
}

/** Styles go with all but code, quotations hold all but quotations, and of the others none is within another. */
function mayMeet(one: MessageEntity, other: MessageEntity): boolean {
  const types = [one.type, other.type];
  const styles = types.filter((type) => ['bold', 'italic', 'strikethrough'].includes(type)).length;
  const quotes = types.filter((type) => type === 'blockquote').length;
  const code = types.includes('code') || types.includes('pre');
  if (!within(one, other) && !within(other, one)) return false;
  return quotes === 1 || (quotes === 0 && styles > 0 && !code);
}

describe('a link that is none on Telegram says where it leads', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['[the page](http://localhost:3000)', 'the page (http://localhost:3000)'],
    ['[the handler](src/auth/handler.ts:42)', 'the handler (src/auth/handler.ts:42)'],
    ['[handler.ts:42](handler.ts:42)', 'handler.ts:42'],
    ['[write to us](mailto:team@a.example)', 'write to us (team@a.example)'],
    ['[**bold**](../README.md) here', 'bold (../README.md) here'],
    ['[above](#usage)', 'above'],
    ['[run](javascript:go)', 'run'],
    ['![chart](docs/chart.png)', 'chart (docs/chart.png)'],
  ];
  const seen = (text: string) => text.replaceAll('\u2060', '');
  test.each(cases)('%s', (markdown, text) => {
    expect(seen(format(markdown).text)).toBe(text);
    // What is copied from there is the address and nothing else.
    const { text: whole, entities } = format(markdown);
    const [code] = entities.filter(({ type }) => type === 'code');
    const [, address] = /\(([^)]+)\)/.exec(text) ?? [];
    expect(code && whole.slice(code.offset, code.offset + code.length)).toBe(address);
  });

  test('in blocks too', () => {
    expect(JSON.stringify(richOf('# A\n\n[the page](http://localhost:3000)', ''))).toContain(
      '["the page"," (",{"type":"code","text":"http://localhost:3000"},")"]',
    );
  });
});
