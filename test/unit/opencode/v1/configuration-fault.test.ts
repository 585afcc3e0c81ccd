/** What a person reads of a configuration that OpenCode cannot read. Inputs as 1.18.33 prints and answers them. */
import { expect, it } from 'vitest';
import { answeredFault, printedFault } from '../../../../src/opencode/v1/configuration-fault.ts';

it('names file, line and reason, from what the server printed', () => {
  const printed = [
    'Warning: OPENCODE_SERVER_PASSWORD is not set; server is unsecured.',
    '\u001b[91m\u001b[1mError: \u001b[0mConfig file at /home/ann/.config/opencode/opencode.json is not valid JSON(C): ',
    ...['--- JSONC Input ---', '{', '  "model": "a/b",', '  "permission": {"bash": "ask",,}', '}', ''],
    ...[
      '--- Errors ---',
      'PropertyNameExpected at line 3, column 32',
      '   Line 3:   "permission": {"bash": "ask",,}',
    ],
    ...['                                         ^', '--- End ---'],
  ].join('\n');
  expect(printedFault(printed)).toBe(
    'OpenCode cannot read its configuration /home/ann/.config/opencode/opencode.json: line 3, column 32: property name expected.',
  );
  expect(
    printedFault(
      '\u001b[91m\u001b[1mError: \u001b[0mConfiguration is invalid at /x/opencode.json\n↳ Expected string | undefined, got 5 model\n',
    ),
  ).toBe(
    'OpenCode cannot read its configuration /x/opencode.json: Expected string | undefined, got 5 model.',
  );
  expect(printedFault('Segmentation fault')).toBeUndefined();
});

it('and from what it answers', () => {
  const message =
    '\n--- JSONC Input ---\n{,}\n--- Errors ---\nPropertyNameExpected at line 2, column 32\n--- End ---';
  expect(answeredFault({ name: 'ConfigJsonError', data: { path: '/p/opencode.json', message } })).toBe(
    'OpenCode cannot read its configuration /p/opencode.json: line 2, column 32: property name expected.',
  );
  const issues = [{ path: ['model'], message: 'Expected string' }];
  expect(answeredFault({ name: 'ConfigInvalidError', data: { path: '/p/opencode.json', issues } })).toBe(
    'OpenCode cannot read its configuration /p/opencode.json: model: Expected string.',
  );
  expect(answeredFault({ name: 'NotFoundError', data: { message: 'x' } })).toBeUndefined();
  expect(answeredFault(undefined)).toBeUndefined();
});
