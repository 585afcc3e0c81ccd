import { expect, test } from 'vitest';
import { promptId } from '../../../src/core/ids.ts';
import { insteadKey, noticeKey, slotKey, slotPlace } from '../../../src/core/slot.ts';

test('a key keeps the form that is stored and signed', () => {
  const place = { prompt: promptId(12), segment: 3, kind: 'activity', n: 40 } as const;
  expect(slotKey(place)).toBe('12/3/activity/40');
  expect(slotPlace('12/3/activity/40')).toEqual(place);
});

test('what is said outside any turn has a name, which may hold anything', () => {
  expect(noticeKey('fork/7')).toBe('0/0/notice/fork/7');
  expect(insteadKey(noticeKey('7'))).toBe('0/0/notice/7-instead');
  expect(slotPlace(noticeKey('fork/7'))).toMatchObject({ prompt: 0, segment: 0, kind: 'notice' });
});
