import { expect, test } from 'vitest';
import { relativeDiff } from '../../../src/opencode/diffs.ts';

test('the lines that name the file are shortened, and nothing that stands in it', () => {
  const diff = [
    'Index: /srv/api/q.sql',
    '===================================================================',
    '--- /srv/api/q.sql',
    '+++ /srv/api/q.sql',
    '@@ -1,2 +1,2 @@',
    ' select 1;',
    '--- /srv/api/secrets',
    '+++ /srv/api/other',
    '\\ No newline at end of file',
    '--- /srv/api/b.ts',
    '+++ /srv/api/b.ts',
    '@@ -0,0 +1 @@',
    '+++ /srv/api/c',
    '',
  ].join('\n');
  expect(relativeDiff(diff, '/srv/api')).toMatchInlineSnapshot(`
    "--- q.sql
    +++ q.sql
    @@ -1,2 +1,2 @@
     select 1;
    --- /srv/api/secrets
    +++ /srv/api/other
    \\ No newline at end of file
    --- b.ts
    +++ b.ts
    @@ -0,0 +1 @@
    +++ /srv/api/c
    "
  `);
});
