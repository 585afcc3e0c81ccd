import { expect, test } from 'vitest';
import { adapters } from '../../../adapters/index.ts';
import { parseConfig } from '../../../adapters/web/config.ts';
import { ConfigError } from '../../../src/core/errors.ts';

test('nothing has to be said', () => {
  expect(parseConfig({}, undefined)).toEqual({ name: 'You', suggestions: [] });
  expect(adapters.find(({ id }) => id === 'web')?.admins).toEqual(['web:owner']);
});

test('the environment goes before the file', () => {
  const file = { name: 'Ann', suggestions: [{ label: 'Tests', text: 'Run the tests' }] };
  expect(parseConfig({}, file)).toEqual(file);
  const environment = { WEB_NAME: 'Ben', WEB_SUGGESTIONS: '[{"label":"a","text":"b"}]' };
  expect(parseConfig(environment, file)).toEqual({ name: 'Ben', suggestions: [{ label: 'a', text: 'b' }] });
});

test.each([
  [{ WEB_SUGGESTIONS: 'shell' }, undefined, /^WEB_SUGGESTIONS is not JSON\. Example: WEB_SUGGESTIONS='\[/],
  [{ WEB_SUGGESTIONS: '[{"label":"a"}]' }, undefined, /^WEB_SUGGESTIONS \(web\.suggestions\.0\.text\)/],
  [{ WEB_NAME: 'x'.repeat(100) }, undefined, /^WEB_NAME .*Example: WEB_NAME=Ann/],
  [{}, { colour: 'red' }, /colour/],
  [{}, [], /must be an object/],
  [{}, { password: 'correct horse battery' }, /does not belong in the file/],
])('%j with %j is refused with the reason and an example', (environment, file, words) => {
  expect(() => parseConfig(environment, file)).toThrow(ConfigError);
  expect(() => parseConfig(environment, file)).toThrow(words);
});
