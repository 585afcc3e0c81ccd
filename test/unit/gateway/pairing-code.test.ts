import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inboxId } from '../../../src/core/ids.ts';
import { pairingCodeOf, pairingHashOf, readCode } from '../../../src/gateway/access/pairing-code.ts';
import { createIds } from '../../../src/gateway/ids.ts';
import { isSecret } from '../../../src/lib/secret.ts';

const ids = createIds('a secret');

test('a code has eight letters and digits none of which looks like another', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (person, inbox) => {
      const code = pairingCodeOf(ids, person, inboxId(inbox));
      expect(code).toMatch(/^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
      expect(readCode(code)).toBe(code);
      expect(readCode(` ${code.toLowerCase().replace('-', ' ')}\n`)).toBe(code);
    }),
  );
});

test('a code is the same at every try, and another for every person, message and secret', () => {
  const codes = [
    pairingCodeOf(ids, 'test:eve', inboxId(1)),
    pairingCodeOf(ids, 'test:eve', inboxId(2)),
    pairingCodeOf(ids, 'test:eve:', inboxId(1)),
    pairingCodeOf(ids, 'test:mallory', inboxId(1)),
    pairingCodeOf(createIds('another secret'), 'test:eve', inboxId(1)),
  ];
  expect(new Set(codes).size).toBe(codes.length);
  expect(pairingCodeOf(ids, 'test:eve', inboxId(1))).toBe(codes[0]);
});

test('what cannot be a code is told from a wrong one', () => {
  for (const text of ['', '4821', '4821-KQW0', '4821-KQWI', '4821-KQWXX', 'Eve, please'])
    expect(readCode(text)).toBeUndefined();
});

test('only the hash of the same code with the same secret is the same, and it does not hold the code', () => {
  const hash = pairingHashOf(ids, 'AB23-CD45');
  expect(isSecret(hash, pairingHashOf(ids, 'AB23-CD45'))).toBe(true);
  expect(isSecret(hash, pairingHashOf(ids, 'AB23-CD46'))).toBe(false);
  expect(isSecret(hash, pairingHashOf(createIds('another secret'), 'AB23-CD45'))).toBe(false);
  expect(isSecret(hash, hash.slice(1))).toBe(false);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
});
