import { expect, test } from 'vitest';
import { createRecent } from '../../../src/lib/recent.ts';

test('the entry that was set longest ago is forgotten first', () => {
  const recent = createRecent<string, number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.set('a', 3);
  recent.set('c', 4);
  expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([3, undefined, 4]);
});

test('what is left out by hand makes room, and the rest is listed from the oldest on', () => {
  const recent = createRecent<string, number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.delete('a');
  recent.set('c', 3);
  recent.set('b', 4);
  expect([...recent]).toEqual([
    ['c', 3],
    ['b', 4],
  ]);
  recent.clear();
  expect([...recent]).toEqual([]);
});
