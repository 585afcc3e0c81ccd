import { expect, test } from 'vitest';
import { markup } from '../../../adapters/slack/markup.ts';

test.each([
  ['**2 files** changed, *mostly* ~~new~~', '*2 files* changed, _mostly_ ~new~'],
  ['`src/my_file.ts`: +12 −3', '`src/my_file.ts`: +12 −3'],
  ['src/my_file_name.ts', 'src/my_file_name.ts'],
  ['# Title\n\nText', '*Title*\n\nText'],
  ['- one\n- [x] two\n  - deep', '• one\n• ☑ two\n    • deep'],
  ['3. c\n4. d', '3. c\n4. d'],
  ['> said\n> so', '> said\n> so'],
  ['```ts\na < b\n```', '```\na &lt; b\n```'],
  ['| a | b |\n|---|---|\n| 1 | 22 |', '```\na  b\n-  --\n1  22\n```'],
  ['[bank](https://evil.example)', 'bank (https://evil.example)'],
  ['<https://ok.example/?a=1&b>', 'https://ok.example/?a=1&amp;b'],
  ['![alt](https://x.example/p.png)', 'alt'],
  ['<!channel> <@U1> & <b>', '&lt;!channel&gt; &lt;@U1&gt; &amp; &lt;b&gt;'],
  ['', ''],
])('%j is %j', (markdown, expected) => {
  expect(markup(markdown, 3000)).toBe(expected);
});

test('it is cut where it is too long', () => {
  expect(markup('word '.repeat(100), 20)).toHaveLength(20);
});
