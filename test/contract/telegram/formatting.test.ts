/** What the adapter sends as a text with marks, judged by Telegram's own library, where it is installed. */
import fc from 'fast-check';
import type { MessageEntity } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import { format } from '../../../adapters/telegram/format.ts';
import { webAddress } from '../../../adapters/telegram/web-address.ts';
import { accepted } from '../../fake/telegram/entities.ts';
import { type Marked, type Tdlib, tdlib } from '../../fake/telegram/tdlib.ts';

const missing = tdlib === undefined ? ' (skipped: prebuilt-tdlib has nothing for this system)' : '';

function library(): Tdlib {
  if (tdlib === undefined) throw new Error('it is not installed');
  return tdlib;
}

const samples = [
  'plain words',
  'This is **bold**, *slanted*, ~~gone~~ and `code`.',
  '***both*** and **bold with *slanted* inside** and **bold with `code` inside**',
  'A [link](https://example.org/a?b=c&d="e") and [**a bold one**](https://example.org)',
  '# Heading\n\nText below **it**',
  '- one\n- two with `code`\n  - deeper\n\n1. first\n2. second',
  '- [x] done\n- [ ] open',
  '> quoted **bold**\n> and more\n\nafter it',
  '> a quote\n>\n> > in a quote\n\n- and a list\n  > with a quote',
  '> ```ts\n> code in a quote\n> ```',
  '```ts\nconst a = "<b>" && `x`;\n\n    indented\n```',
  '```\nno language\n```\n```diff\n- old\n+ new\n```',
  '| a | b |\n|---|---:|\n| `code` | 2 |\n| **bold** | 10 |',
  'Ä 界 \u{1F600} **\u{1F468}\u200d\u{1F469}\u200d\u{1F467} bold** `\u{1F600}`',
  '**bold**\n\n**bold again**\n\n   `  code with blanks  `',
  'a < b && c > d, "quotes" &amp; <b>no tag</b>',
  '![a picture](https://example.org/a.png)',
  '@ann_here #tag /stop $USD https://example.org mail@example.org src/index.ts',
];

const part = fc.constantFrom(
  ...['a', 'b c', ' ', '\n', '\n\n', '*', '**', '_', '~~', '`', '```', '```ts\n', '> ', '- ', '1. ', '# '],
  ...[
    '[',
    '](https://example.org)',
    '![',
    '|',
    '|---|',
    '\\',
    '<b>',
    '&',
    '\u{1F600}',
    '\u0301',
    '@ann_here',
    '/stop',
  ],
);
const markdown = fc.array(part, { minLength: 1, maxLength: 40 }).map((parts) => parts.join(''));

describe.skipIf(tdlib === undefined)(`Telegram’s own library${missing}`, () => {
  test.each(samples)('reads the same marks out of the same text: %j', (sample) => {
    const sent = format(sample);
    const read = library().parse(toHtml(sent), 'HTML');
    expect(read.text).toBe(sent.text);
    expect(marksOf(read)).toEqual(marksOf(sent));
  });

  test('and so out of whatever a model may write', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const sent = format(text);
        const read = library().parse(toHtml(sent), 'HTML');
        expect(read.text).toBe(sent.text);
        expect(marksOf(read)).toEqual(marksOf(sent));
      }),
      { numRuns: 500 },
    );
  });

  test.each(samples)('finds nothing in it by itself: %j', (sample) => {
    const sent = format(sample);
    const hidden = sent.entities.filter(
      ({ type }) => type === 'code' || type === 'pre' || type === 'text_link',
    );
    const found = library()
      .find(sent.text)
      .filter((one) => !hidden.some((other) => meet(one, other)));
    expect(found).toEqual([]);
  });

  test('each address that the adapter links to is taken', () => {
    const sign = fc.constantFrom(...'ab1.-_:/?#@[]!$&()*+,;=%`"<>{}|^~\\ äß界\u2060');
    const rest = fc.array(sign, { maxLength: 12 }).map((signs) => signs.join(''));
    fc.assert(
      fc.property(fc.constantFrom('http://', 'https://', 'HTTPS://'), rest, rest, (scheme, host, path) => {
        const url = webAddress(`${scheme}${host}.example/${path}`) ?? webAddress(`${scheme}${host}`);
        if (url !== undefined) expect(library().takesLink(url), url).toBe(true);
      }),
      { numRuns: 2000 },
    );
    expect(library().takesLink('http://localhost:3000')).toBe(false);
    expect(webAddress('http://localhost:3000')).toBeUndefined();
  });

  test('what it says as Markdown and reads again is the same', () => {
    const sent = format(
      '**bold**, *slanted*, ~~gone~~, `code`, [link](https://example.org)\n\n```\nblock\n```',
    );
    const said = library().toMarkdown(sent);
    expect(said.text).toMatchInlineSnapshot(`
      "**bold**, __slanted__, ~~gone~~, \`code\`, [link](https://example.org/)

      \`\`\`
      block\`\`\`"
    `);
    const read = library().fromMarkdown(said);
    expect(read.text).toBe(sent.text);
    expect(marksOf(read)).toEqual(marksOf(sent));
  });

  test('a mark that does not end where it should is told apart', () => {
    const sent = format('some **bold** text');
    const [bold] = sent.entities;
    const wrong = { ...sent, entities: bold === undefined ? [] : [{ ...bold, length: bold.length - 1 }] };
    expect(marksOf(library().parse(toHtml(sent), 'HTML'))).not.toEqual(marksOf(wrong));
  });
});

test('the stand-in keeps what is sent, mark for mark', () => {
  fc.assert(
    fc.property(markdown, (text) => {
      const sent = format(text);
      fc.pre(sent.text.trim() !== '');
      const kept = accepted(sent.text, sent.entities);
      expect(kept.text).toBe(sent.text);
      expect(marksOf(kept)).toEqual(marksOf(sent));
    }),
    { numRuns: 500 },
  );
});

/** What each unit of the text is marked as; blank looks the same with and without. */
function marksOf({ text, entities }: Marked): readonly string[] {
  return Array.from({ length: text.length }, (_, at) => {
    const sign = text[at] ?? '';
    const marks = entities.filter(({ offset, length }) => offset <= at && at < offset + length).map(nameOf);
    return /\s/.test(sign) ? sign : `${sign} ${[...new Set(marks)].toSorted().join(' ')}`;
  });
}

function nameOf(entity: MessageEntity): string {
  switch (entity.type) {
    case 'text_link':
      return `link:${entity.url.replace(/\/$/, '')}`;
    case 'pre':
      return `pre:${entity.language ?? ''}`;
    default:
      return entity.type;
  }
}

function meet(one: MessageEntity, other: MessageEntity): boolean {
  return one.offset < other.offset + other.length && other.offset < one.offset + one.length;
}

/** The same as HTML: marks that begin at one place are opened from the longest to the shortest. */
function toHtml({ text, entities }: Marked): string {
  let html = '';
  for (let at = 0; at <= text.length; at += 1) {
    const ending = entities.filter(({ offset, length }) => offset + length === at);
    const starting = entities.filter(({ offset }) => offset === at);
    html += ending.toSorted(innerFirst).map(closing).join('');
    html += starting.toSorted(innerFirst).toReversed().map(opening).join('');
    html += escaped(text.charAt(at));
  }
  return html;
}

/** Of marks that end or begin together the shorter is the inner one; of equal ones that of a code block is. */
function innerFirst(a: MessageEntity, b: MessageEntity): number {
  const rank = ({ type }: MessageEntity) =>
    type === 'blockquote' ? 2 : type === 'code' || type === 'pre' ? 0 : 1;
  return a.length - b.length || rank(a) - rank(b) || a.type.localeCompare(b.type);
}

const tags: Readonly<Partial<Record<MessageEntity['type'], string>>> = {
  bold: 'b',
  italic: 'i',
  strikethrough: 's',
  underline: 'u',
  code: 'code',
  blockquote: 'blockquote',
};

function opening(entity: MessageEntity): string {
  if (entity.type === 'text_link') return `<a href="${escaped(entity.url)}">`;
  if (entity.type !== 'pre') return `<${tags[entity.type] ?? entity.type}>`;
  return entity.language === undefined ? '<pre>' : `<pre><code class="language-${escaped(entity.language)}">`;
}

function closing(entity: MessageEntity): string {
  if (entity.type === 'text_link') return '</a>';
  if (entity.type !== 'pre') return `</${tags[entity.type] ?? entity.type}>`;
  return entity.language === undefined ? '</pre>' : '</code></pre>';
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
