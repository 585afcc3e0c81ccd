import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FormatOptions, format as formatted } from '../../../adapters/web/format.ts';

/** Without the direction of each block, which has a test of its own. */
const format = (markdown: string, options?: FormatOptions) =>
  formatted(markdown, options).replaceAll(' dir="auto"', '');

test('Markdown as the agent writes it', () => {
  expect(format('# Title\n\nA **bold** `word`, ~~gone~~.\n\n- [x] done\n- [ ] open')).toMatchInlineSnapshot(`
    "<h2>Title</h2>
    <p>A <strong>bold</strong> <code>word</code>, <del>gone</del>.</p>
    <ul>
    <li class="task"><input type="checkbox" disabled checked aria-label="done"> done</li>
    <li class="task"><input type="checkbox" disabled aria-label="open"> open</li>
    </ul>"
  `);
  expect(format('| a | b |\n|---|--:|\n| 1 | 2 |')).toMatchInlineSnapshot(`
    "<div class="table" tabindex="0"><table>
    <thead>
    <tr>
    <th>a</th>
    <th align="right">b</th>
    </tr>
    </thead>
    <tbody>
    <tr>
    <td>1</td>
    <td align="right">2</td>
    </tr>
    </tbody>
    </table></div>"
  `);
  expect(format('```ts\nconst a = 1;\n```')).toMatchInlineSnapshot(
    `"<figure class="code"><figcaption><span>ts</span><button type="button" class="copy">Copy</button></figcaption><pre tabindex="0"><code><span class="hljs-keyword">const</span> a = <span class="hljs-number">1</span>;</code></pre></figure>"`,
  );
});

test('a diff has a class for each line', () => {
  expect(format('```diff\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n same\n```')).toMatchInlineSnapshot(`
    "<figure class="code diff"><figcaption><span>diff</span><button type="button" class="copy">Copy</button></figcaption><pre tabindex="0"><code><span class="line head">--- a/x
    </span><span class="line head">+++ b/x
    </span><span class="line hunk">@@ -1 +1 @@
    </span><span class="line removed">-old
    </span><span class="line added">+new
    </span><span class="line"> same
    </span></code></pre></figure>"
  `);
});

test('lines of activity stay lines', () => {
  expect(format('one\ntwo', { breaks: true })).toBe('<p>one<br>two</p>');
  expect(format('one\ntwo')).toBe('<p>one\ntwo</p>');
});

describe('what is not safe', () => {
  test('HTML is text', () => {
    expect(format('<script>alert(1)</script>')).toBe('&#x3C;script>alert(1)&#x3C;/script>');
    expect(format('a <b onclick=x>b</b>')).toBe('<p>a &#x3C;b onclick=x>b&#x3C;/b></p>');
  });

  test('only links to the web and to mail are links', () => {
    expect(format('[a](https://example.org "t")')).toBe(
      '<p><a href="https://example.org" target="_blank" rel="noopener noreferrer">a</a></p>',
    );
    expect(format('[a](javascript:alert(1)) [b](/login) [c](data:text/html,x) [d](//evil.example)')).toBe(
      '<p><span>a (<code>javascript:alert(1)</code>)</span> <span>b (<code>/login</code>)</span> <span>c (<code>data:text/html,x</code>)</span> <span>d (<code>//evil.example</code>)</span></p>',
    );
  });

  test('an image is a link, so that reading fetches nothing', () => {
    expect(format('![cat](https://example.org/c.png)')).toBe(
      '<p><a href="https://example.org/c.png" target="_blank" rel="noopener noreferrer">cat</a></p>',
    );
  });

  test.each(corpus())('%s', (markdown) => {
    check(markdown);
  });

  test('what nests too deep for anybody is shown as it was written', () => {
    const html = format('> '.repeat(3000));
    expect(html).toContain('> > >');
    expect(html).toContain('<pre');
  });

  test('whatever comes, only known elements and attributes leave', () => {
    const words = fc.constantFrom(...fragments());
    const text = fc.array(fc.oneof({ weight: 3, arbitrary: words }, { weight: 1, arbitrary: fc.string() }));
    fc.assert(
      fc.property(text, (parts) => check(parts.join(''))),
      { numRuns: 500 },
    );
  });
});

const elements = new Set(
  'p br hr em strong del code pre blockquote ul ol li h1 h2 h3 h4 h5 h6 table thead tbody tr th td a input figure figcaption span div button'.split(
    ' ',
  ),
);
const attributes = new Set([
  'aria-label',
  'href',
  'target',
  'rel',
  'class',
  'type',
  'disabled',
  'checked',
  'start',
  'align',
  'tabindex',
]);

/** Reads the HTML as a browser would see its tags, not as we meant them. */
function check(markdown: string): void {
  for (const breaks of [true, false]) {
    const html = format(markdown, { breaks });
    for (const [, name, rest] of html.matchAll(
      /<\/?([a-z0-9!?]+)((?:\s+[^\s"'>=]+(?:="[^"]*")?)*)\s*\/?>?/gi,
    )) {
      expect(elements, html).toContain(name);
      for (const [, attribute, value = ''] of (rest ?? '').matchAll(/([^\s"'>=]+)(?:="([^"]*)")?/g)) {
        expect(attributes, html).toContain(attribute);
        if (attribute === 'href') expect(value, html).toMatch(/^(https?:\/\/|mailto:)/i);
      }
    }
  }
}

function corpus(): string[] {
  return [
    '<img src=x onerror=alert(1)>',
    '[x](JaVaScRiPt:alert(1))',
    '[x](java&#10;script:alert(1))',
    '[x]( javascript:alert(1))',
    '![x](javascript:alert(1))',
    '<javascript:alert(1)>',
    '[x]: javascript:alert(1)\n\n[x]',
    '<a href="javascript:alert(1)">x</a>',
    '<svg/onload=alert(1)>',
    '<iframe srcdoc="<script>alert(1)</script>">',
    '```js" onmouseover="alert(1)\nx\n```',
    '```html\n<script>alert(1)</script>\n```',
    '<!-- --><script>alert(1)</script>',
    '| <img src=x onerror=alert(1)> |\n|---|\n| <script> |',
    '[x](https://e.org/"onmouseover="alert(1))',
    '[^1]\n\n[^1]: <script>alert(1)</script>',
    'www.example.org/"><script>alert(1)</script>',
    '<style>*{display:none}</style>',
    '![x](data:image/svg+xml,<svg onload=alert(1)>)',
    '[x](vbscript:msgbox(1)) [y](data:text/html;base64,AAAA)',
  ];
}

function fragments(): string[] {
  return [
    ...corpus(),
    '<',
    '>',
    '"',
    "'",
    '`',
    '```',
    '\n',
    '\n\n',
    '[',
    '](',
    ')',
    '!',
    '|',
    '&lt;',
    'https://e.org',
    '- [ ] ',
    '> ',
    '    ',
  ];
}

describe('directions', () => {
  test('each block runs in the direction of its own words, and code does not', () => {
    const html = formatted(
      '# עברית\n\nשלום\n\n- one\n- אחת\n\n| a | א |\n|---|---|\n| 1 | 2 |\n\n> ציטוט\n\n`x`\n\n```\nx\n```',
    );
    for (const tag of ['h2', 'p', 'ul', 'li', 'th', 'td', 'blockquote'])
      expect(html).toMatch(new RegExp(`<${tag} dir="auto"`));
    for (const tag of ['pre', 'code', 'figure']) expect(html).not.toMatch(new RegExp(`<${tag}[^>]* dir=`));
  });
});

describe('lines of a diff', () => {
  const kinds = (diff: string) =>
    [...format(`~~~diff\n${diff}\n~~~`).matchAll(/<span class="line ?([a-z]*)">([^<]*)/g)].map(
      ([, kind = '', line = '']) => `${kind || 'same'} ${line.trimEnd()}`,
    );

  test('that begin as the head of a file does are what they are', () => {
    expect(
      kinds(
        [
          'diff --git a/q.sql b/q.sql',
          'index 1..2 100644',
          '--- a/q.sql',
          '+++ b/q.sql',
          '@@ -1,4 +1,4 @@ select',
          ' select 1;',
          '--- the old comment',
          '-++x;',
          '+++y;',
          '+-- the new comment',
          ' select 2;',
          '--- a/r.sql',
          '+++ b/r.sql',
          '@@ -1 +1 @@',
          '---',
          '+++',
          '\\ No newline at end of file',
        ].join('\n'),
      ),
    ).toEqual([
      'head diff --git a/q.sql b/q.sql',
      'head index 1..2 100644',
      'head --- a/q.sql',
      'head +++ b/q.sql',
      'hunk @@ -1,4 +1,4 @@ select',
      'same  select 1;',
      'removed --- the old comment',
      'removed -++x;',
      'added +++y;',
      'added +-- the new comment',
      'same  select 2;',
      'head --- a/r.sql',
      'head +++ b/r.sql',
      'hunk @@ -1 +1 @@',
      'removed ---',
      'added +++',
      'same \\ No newline at end of file',
    ]);
  });

  test('without lengths only what stands as the head of a file is one', () => {
    expect(kinds('--- old\n+++ new\n@@\n--- gone\n+here\n++i;')).toEqual([
      'head --- old',
      'head +++ new',
      'hunk @@',
      'removed --- gone',
      'added +here',
      'added ++i;',
    ]);
  });
});

test('an address that leads nowhere here is shown behind its label', () => {
  expect(format('[the handler](src/auth/handler.ts:42)')).toBe(
    '<p><span>the handler (<code>src/auth/handler.ts:42</code>)</span></p>',
  );
  expect(format('[src/a.ts](src/a.ts) [app](http://localhost:3000) [Ann](mailto:ann@a.example)')).toBe(
    '<p><span>src/a.ts</span> <a href="http://localhost:3000" target="_blank" rel="noopener noreferrer">app</a> <a href="mailto:ann@a.example" target="_blank" rel="noopener noreferrer">Ann</a></p>',
  );
});
