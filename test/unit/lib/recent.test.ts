import { expect, test } from 'vitest';
import { createRecent } from '../../../src/lib/recent.ts';

test('the entry that was set longest ago is forgotten first', () => {
  const recent = createRecent<string, number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.set('a', 3);
  recent.set('c', 4);
  expect([...recent.entries()]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
  expect([recent.has('b'), recent.get('a'), recent.delete('a'), recent.has('a')]).toEqual([
    false,
    3,
    true,
    false,
  ]);
});
