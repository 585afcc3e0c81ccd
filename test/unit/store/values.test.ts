import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsers, storable } from '../../../src/store/values.ts';

test('what Postgres can store is left as it is', () => {
  const value = { text: 'spelt \\u0000 and \\ud800, 😀', list: [1, null], no: undefined };
  expect(storable(value)).toEqual(value);
  expect(storable(undefined)).toBeUndefined();
});

test('no string keeps what Postgres cannot store, and nothing else changes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary' })),
      fc.constantFrom('\0', '\uD83D', '\uDE00', ''),
      (texts, bad) => {
        const dirty = texts.map((text) => `${text}${bad}|`);
        const clean = storable({ dirty }).dirty;
        expect(clean).toHaveLength(dirty.length);
        for (const [n, text] of clean.entries()) {
          expect(text.isWellFormed() && !text.includes('\0')).toBe(true);
          expect(text).toBe((dirty[n] ?? '').replaceAll('\0', '\uFFFD').toWellFormed());
        }
      },
    ),
  );
});

test('columns are read as numbers', () => {
  expect(parsers[20]?.('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
  expect(parsers[1184]?.('2026-11-21 04:34:50.123456+00')).toBe(Date.UTC(2026, 10, 21, 4, 34, 50, 123));
  expect(parsers[1184]?.('2026-11-21 10:04:50+05:30')).toBe(Date.UTC(2026, 10, 21, 4, 34, 50));
});
