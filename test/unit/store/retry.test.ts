import { expect, test } from 'vitest';
import { isTransient, retried } from '../../../src/store/retry.ts';

const failure = (code: string) => Object.assign(new Error(code), { code });

test.each([
  '57P01',
  '57P03',
  '08006',
  '08000',
  '40001',
  '40P01',
  '53300',
  'ECONNREFUSED',
  'ECONNRESET',
])('%s passes by itself', (code) => {
  expect(isTransient(failure(code))).toBe(true);
  expect(isTransient(new AggregateError([failure(code)]))).toBe(true);
});

test.each(['23505', '42P01', '57014', '28P01', '3D000', '22P02', '53100'])('%s does not', (code) => {
  expect(isTransient(failure(code))).toBe(false);
});

test('what pg says without a code', () => {
  expect(isTransient(new Error('Connection terminated unexpectedly'))).toBe(true);
  expect(isTransient(new Error('timeout exceeded when trying to connect'))).toBe(true);
  expect(isTransient(new Error('Cannot use a pool after calling end on the pool'))).toBe(false);
  expect(isTransient('a string')).toBe(false);
});

test('a call is repeated until it comes through', async () => {
  const left = [failure('57P01'), failure('ECONNREFUSED')];
  const attempt = async () => {
    const error = left.shift();
    if (error !== undefined) throw error;
    return 'stored';
  };
  expect(await retried(attempt)).toBe('stored');
  expect(left).toEqual([]);
});

test('a call that cannot succeed is made once', async () => {
  const calls: string[] = [];
  const attempt = async () => {
    calls.push('call');
    throw failure('23505');
  };
  await expect(retried(attempt)).rejects.toThrow('23505');
  expect(calls).toEqual(['call']);
});
