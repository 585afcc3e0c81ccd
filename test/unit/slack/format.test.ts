import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capabilities } from '../../../adapters/slack/capabilities.ts';
import { escapedMrkdwn, fallback } from '../../../adapters/slack/format.ts';
import { neutral } from '../../../adapters/slack/neutral.ts';

/** What Slack reads as a mention, a group or a link under another name, wherever it stands. */
const live = /<(?:!(?:channel|here|everyone|subteam\^)|@[UW]\w+|#C\w+|https?:[^>]*\|)/i;

describe('neutral', () => {
  test.each([
    ['Array<string> and a < b', 'Array&lt;string> and a &lt; b'],
    ['`Array<string>` stays', '`Array<string>` stays'],
    ['``a ` <b>`` stays, <b> does not', '``a ` <b>`` stays, &lt;b> does not'],
    ['```html\n<p>\n```\n<p>', '```html\n<p>\n```\n&lt;p>'],
    ['> ~~~\n> <p>\n> ~~~\n<p>', '> ~~~\n> <p>\n> ~~~\n&lt;p>'],
    ['````\n```\n<p>\n````\n<p>', '````\n```\n<p>\n````\n&lt;p>'],
    ['see <https://example.org/a?b=c>', 'see <https://example.org/a?b=c>'],
    ['<!doctype html>', '&lt;!doctype html>'],
    ['a ` b <c> d', 'a ` b &lt;c> d'],
    ['> quoted & kept', '> quoted & kept'],
    ['![pixel](https://evil.example/p.png)', '[pixel](https://evil.example/p.png)'],
    ['![a][b]\n\n[b]: https://c.example', '[a][b]\n\n[b]: https://c.example'],
    ['[x](javascript:alert(1))', '\\[x](javascript:alert(1))'],
    ['[x](java&#115;cript:1)', '\\[x](java&#115;cript:1)'],
    ['[x][y]\n\n[y]: slack://open', '[x][y]\n\n\\[y]: slack://open'],
    [
      '[x](https://a.example) [y](mailto:a@b.c) [z](src/date.ts:3)',
      '[x](https://a.example) [y](mailto:a@b.c) [z](src/date.ts:3)',
    ],
    ['`![x](y)`', '`![x](y)`'],
    ['![x](tg://y)', '\\[x](tg://y)'],
    ['![![a](x:y)](x:y)', '\\[\\[a](x:y)](x:y)'],
    ['a \\< b \\\\< c', 'a &lt; b \\\\&lt; c'],
    ['`a \\< b`', '`a \\< b`'],
    ['\\<!channel>', '&lt;\u200b!channel>'],
    [
      `${'['.repeat(30)}a \\< b \\\\< c \\![x](y) \\\\[z](y)`,
      `${'\\['.repeat(30)}a &lt; b \\\\&lt; c \\!\\[x](y) \\\\\\[z](y)`,
    ],
    ['see [<b>](https://a.example)', 'see [&lt;b>](https://a.example)'],
    ["<a b='`'> `<img src=x>`", "&lt;a b='`'> `&lt;img src=x>`"],
  ])('%j becomes %j', (markdown, expected) => {
    expect(neutral(markdown)).toBe(expected);
  });

  test('no text holds anything that rings or poses, in code or out of it', () => {
    const bait = fc.constantFrom(
      '<!channel>',
      '<!here|here>',
      '<!subteam^S1|team>',
      '<@U123>',
      '<@W1|ann>',
      '<#C1|api>',
      '<https://evil.example|bank>',
      '<',
      '`',
      '```\n',
      '~~~\n',
      '\n\n',
      '> ',
      'words ',
      '\\',
      '&lt;',
    );
    fc.assert(
      fc.property(fc.array(bait, { maxLength: 30 }), (parts) => {
        expect(neutral(parts.join(''))).not.toMatch(live);
      }),
      { numRuns: 2000 },
    );
  });

  test('a sign that is escaped where an address stands makes no link', () => {
    expect(neutral('[](<)')).toBe('\\[](&lt;)');
    expect(neutral('[a]: <\n\n[a]')).toBe(neutral(neutral('[a]: <\n\n[a]')));
  });

  test('what is measured is never less than what is sent', () => {
    expect(capabilities.measure('a < b')).toBe(9);
    expect(capabilities.measure('plain')).toBe(5);
    const part = fc.constantFrom(
      '<',
      '[',
      ']',
      '(',
      ')',
      '!',
      'x:',
      '`',
      '\n',
      '<!channel>',
      'a',
      '<b>',
      '](y:z)',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const text = parts.join('');
        expect(neutral(text).length).toBeLessThanOrEqual(capabilities.measure(text));
        expect(neutral(neutral(text))).toBe(neutral(text));
      }),
      { numRuns: 1000 },
    );
  });

  test('no text holds up the others', () => {
    const texts = [
      '`a` <b> [c](d:e) '.repeat(200),
      `${'!['.repeat(1500)}a${'](u:v)'.repeat(1500)}`,
      '*<'.repeat(700),
    ];
    // Reading them as Markdown again and again would take minutes.
    for (const text of texts) expect(neutral(neutral(text))).toBe(neutral(text));
  });
});

describe('the text beside the blocks', () => {
  test('is one plain line of Slack’s own markup', () => {
    expect(fallback('# Done\n\n- `a` **b** [c](https://d)\n\n```ts\nx < y\n```')).toBe(
      'Done - a b c x &lt; y',
    );
  });

  test('is never empty and never long', () => {
    // What is code is no mark.
    const command = 'rm *.log && echo ~ $_ `date` | tee _x_';
    expect(fallback(`⚠ Wants to run\n\n\`\`\`\n${command}\n\`\`\`\n\nin *api*`)).toBe(
      `⚠ Wants to run ${command} in api`.replaceAll('&', '&amp;'),
    );
    expect(fallback('`` a`_b_ `` and `c*`')).toContain('a`_b_');
    expect(fallback(' \n')).toBe('…');
    expect(fallback('a'.repeat(9000)).length).toBeLessThan(4000);
    expect(fallback('&'.repeat(9000)).length).toBeLessThanOrEqual(4000);
  });

  test('holds nothing that rings', () => {
    expect(escapedMrkdwn('<!channel> & more')).toBe('&lt;!channel&gt; &amp; more');
  });
});
