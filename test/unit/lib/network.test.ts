import { getDefaultAutoSelectFamily, getDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { expect, test } from 'vitest';
import { addressPatienceMs, reachBothFamilies } from '../../../src/lib/network.ts';

test('each address of a host is waited for longer than one round trip of a slow line', () => {
  reachBothFamilies();
  expect(getDefaultAutoSelectFamily()).toBe(true);
  expect(getDefaultAutoSelectFamilyAttemptTimeout()).toBe(addressPatienceMs);
});
