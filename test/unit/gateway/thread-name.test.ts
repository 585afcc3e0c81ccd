import { expect, test } from 'vitest';
import { threadId } from '../../../src/core/ids.ts';
import { createPace } from '../../../src/gateway/policy/pace.ts';
import { whereFrom, whereOf } from '../../../src/gateway/thread-name.ts';
import type { ThreadRow } from '../../../src/store/types.ts';
import { createFakePlatform } from '../../fake/adapter.ts';

function outlets(names: Readonly<Record<string, string>>) {
  const { adapter } = createFakePlatform();
  const placeName = ({ thread }: { readonly thread: string }) => names[thread];
  const outlet = { adapter: { ...adapter, placeName }, pace: createPace([]), streamed: new Map() };
  return { outlets: new Map([['fake', outlet]]) };
}

const row = (platform: string, thread: string): ThreadRow => ({
  id: threadId(1),
  address: { platform, channel: 'C0815', thread },
  server: 's',
  project: 'api',
  session: undefined,
  verbosity: 'normal',
  model: undefined,
  agent: undefined,
  notify: 'all',
  listen: 'all',
  mutedUntil: undefined,
});

test('a place is called as people call it, and by a word, never by its ids, where nobody knows', () => {
  const known = outlets({ t1: 'Team › Fix the date test' });
  expect(whereOf(known, row('fake', 't1'))).toBe('fake · Team › Fix the date test');
  expect(whereOf(known, row('fake', 't2'))).toBe('a thread on fake');
  expect(whereFrom(known, row('fake', 't1'), row('fake', 't2'))).toBe('in fake · Team › Fix the date test');
  expect(whereFrom(known, row('other', 't1'), row('fake', 't2'))).toBe('on other');
});
