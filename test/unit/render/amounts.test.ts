import { expect, test } from 'vitest';
import { cost, counted, duration, elapsed, tokens } from '../../../src/render/amounts.ts';

test('times and counts read as a person says them', () => {
  expect([400, 4_100, 5_000, 9_999, 38_400, 72_000, 120_000, 3_900_000].map(duration)).toEqual([
    '0.4 s',
    '4.1 s',
    '5 s',
    '10 s',
    '38 s',
    '1 min 12 s',
    '2 min',
    '1 h 5 min',
  ]);
  expect([800, 14_200, 1_250_000].map(tokens)).toEqual(['800 tokens', '14k tokens', '1.3M tokens']);
  expect([0, 0.004, 0.061].map(cost)).toEqual(['', '<$0.01', '$0.06']);
  expect([counted(1, 'file'), counted(1_234, 'character')]).toEqual(['1 file', '1,234 characters']);
});

test('a running clock steps, by 5 seconds and after a minute by 15', () => {
  expect([0, 4_999, 38_000, 59_999, 74_000, 75_000, -1].map(elapsed)).toEqual([
    '0 s',
    '0 s',
    '35 s',
    '55 s',
    '1 min',
    '1 min 15 s',
    '0 s',
  ]);
});
