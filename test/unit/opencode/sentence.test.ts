import { expect, it } from 'vitest';
import { cleanSentence } from '../../../src/opencode/sentence.ts';

it('what may be shown holds no address, and is not long', () => {
  expect(cleanSentence('connect to http://10.0.0.1:8080/v1 failed')).toBe('connect to (address) failed');
  expect(cleanSentence('x'.repeat(1000))).toHaveLength(300);
});
