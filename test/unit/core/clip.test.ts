import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clip, clipStart, headOf, tailOf } from '../../../src/core/clip.ts';

/** One character each, as people see them. */
const characters = ['a', 'e\u0301', '👨‍👩‍👧‍👦', '🇩🇪', '👍🏽', '\u{1F600}', 'नि', '각', '\r\n', ' '];
const text = fc.array(fc.constantFrom(...characters), { maxLength: 60 }).map((all) => all.join(''));
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const split = (whole: string) => [...segmenter.segment(whole)].map(({ segment }) => segment);

describe('for any text and length', () => {
  test('what is left are whole characters of its beginning, or of its end', () => {
    fc.assert(
      fc.property(text, fc.nat(200), (whole, most) => {
        const all = split(whole);
        const head = headOf(whole, most);
        expect(all.slice(0, split(head).length).join('')).toBe(head);
        const tail = tailOf(whole, most);
        const count = tail === '' ? 0 : split(tail).length;
        expect(all.slice(all.length - count).join('')).toBe(tail);
        expect(Math.max(head.length, tail.length)).toBeLessThanOrEqual(most);
        // No more is taken away than the character that does not fit.
        if (whole.length > most) {
          expect(head.length + (all[split(head).length]?.length ?? 0)).toBeGreaterThan(most);
          expect(tail.length + (all.at(-count - 1)?.length ?? 0)).toBeGreaterThan(most);
        }
      }),
    );
  });

  test('an ellipsis says what is missing, and has its place', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), fc.nat(80), (whole, most) => {
        for (const short of [clip(whole, most), clipStart(whole, most)]) {
          expect(short.length).toBeLessThanOrEqual(most);
          expect(short.isWellFormed()).toBe(true);
        }
        if (whole.length <= most) expect(clip(whole, most)).toBe(whole.toWellFormed());
        else if (most > 0) {
          expect(clip(whole, most).endsWith('…')).toBe(true);
          expect(clipStart(whole, most).startsWith('…')).toBe(true);
        }
      }),
    );
  });
});

test('a character longer than any that people write is cut between its code points', () => {
  const tower = `e${'\u0301'.repeat(500)}`;
  expect(headOf(tower, 100)).toHaveLength(100);
  const pairs = `e${'\u{1F3FD}'.repeat(500)}`;
  expect(headOf(pairs, 100).isWellFormed()).toBe(true);
});
