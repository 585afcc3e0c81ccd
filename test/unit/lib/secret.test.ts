import { expect, test } from 'vitest';
import { isSecret } from '../../../src/lib/secret.ts';

test('only the whole secret is right, and an empty one never is', () => {
  expect(isSecret('a secret', 'a secret')).toBe(true);
  expect(['a secre', 'a secret ', '', 'A secret'].some((given) => isSecret(given, 'a secret'))).toBe(false);
  expect(isSecret('', '')).toBe(false);
});
