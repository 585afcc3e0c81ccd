import fc from 'fast-check';
import { expect, test } from 'vitest';
import { format } from '../../../adapters/discord/format.ts';
import { upperBound } from '../../../adapters/discord/measure.ts';

test('what Discord knows is kept, and what it does not know becomes what it knows', () => {
  const markdown = `# Title
#### Deep
Text *it* **bold** ~~gone~~ \`code\`.

> quote
> > inner

- [x] done
- [ ] open
  1. nested

| name | n |
|---|--:|
| a | 12 |
| bcd | 3 |`;
  expect(format(markdown)).toBe(`# Title
### Deep
Text *it* **bold** ~~gone~~ \`code\`.

> quote
> 
> inner

- ✓ done
- ☐ open
  1. nested
\`\`\`
name   n
----  --
a     12
bcd    3
\`\`\``);
});

test('a link says where it goes, and no address is shown as another', () => {
  expect(format('[docs](https://a.example/x_y)')).toBe('[docs](<https://a.example/x_y>)');
  expect(format('[https://good.example](https://evil.example)')).toBe(
    '<https://good.example> (<https://evil.example>)',
  );
  expect(format('see http://localhost:3000/a_b.')).toBe('see <http://localhost:3000/a_b>.');
  expect(format('[x](javascript:alert)')).toBe('x (`javascript:alert`)');
  expect(format('![pixel](https://evil.example/p.png)')).toBe('[pixel](<https://evil.example/p.png>)');
});

test('an address behind which Discord makes no link is shown', () => {
  const shown = (markdown: string) => format(markdown);
  expect(shown('[the app](http://localhost:3000)')).toBe('the app (<http://localhost:3000>)');
  expect(shown('[the app](http://127.0.0.1:3000/a)')).toBe('the app (<http://127.0.0.1:3000/a>)');
  expect(shown('[it](http://db:5432) and [docs](https://a.example)')).toBe(
    'it (<http://db:5432>) and [docs](<https://a.example>)',
  );
  expect(shown('[the handler](src/auth/handler.ts:42)')).toBe('the handler (`src/auth/handler.ts:42`)');
  expect(shown('[`handler.ts:42`][1]\n\n[1]: src/auth/handler.ts#L42')).toBe(
    '`handler.ts:42` (`src/auth/handler.ts#L42`)',
  );
  expect(shown('[Ann](mailto:ann@a.example)')).toBe('Ann (`mailto:ann@a.example`)');
  expect(shown('[src/a.ts](src/a.ts) and <mailto:b@a.example>')).toBe('src/a.ts and mailto:b@a.example');
  expect(shown('[](./notes.md) and [nowhere]()')).toBe('(`./notes.md`) and nowhere');
});

test('marks that mean something to Discord are shown as they are', () => {
  expect(format('<@1> \\# a ||b|| -# c')).toBe('\\<@1\\> # a \\|\\|b\\|\\| -# c');
  expect(format('@everyone')).toBe('@\u200beveryone');
  expect(format('a\n\\- b\n1986\\. c')).toBe('a\n\\- b\n1986\\. c');
});

test('no code ends its fence', () => {
  const out = format('~~~ts\na\n```\n<@1>\n~~~');
  expect(out.match(/```/g)).toHaveLength(2);
  expect(out).toContain('<@1>');
});

test('what nests too deep is a text without marks', () => {
  const markdown = `${'> '.repeat(5000)}**@everyone**`;
  const out = format(markdown);
  expect(out.startsWith('\\> \\> ')).toBe(true);
  expect(out.endsWith('\\*\\*@\u200beveryone\\*\\*')).toBe(true);
  expect(out.length).toBeLessThanOrEqual(upperBound(markdown));
});

test('the cheap bound is never below the true length', () => {
  const part = fc.oneof(
    fc.constantFrom(
      'a',
      '*',
      '_',
      '`',
      '```\n',
      '~~~',
      '<',
      '>',
      '> ',
      '- ',
      '1. ',
      '  ',
      '\t',
      '\n',
      '\n\n',
      '# ',
    ),
    fc.constantFrom(
      '[a](https://x.y)',
      '![](http://b.c/d)',
      'https://a.b/c@d',
      'www.a.b',
      '@here',
      '&lt;',
      '[^1]',
    ),
    fc.constantFrom(
      '- [ ] ',
      '---\n',
      '    code',
      'discord.gg/x',
      'http://a',
      'e@f.gh',
      '\\',
      '•',
      '~~x~~',
      '!',
    ),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const markdown = parts.join('');
      expect(format(markdown).length).toBeLessThanOrEqual(upperBound(markdown));
    }),
    { numRuns: 2000 },
  );
});
