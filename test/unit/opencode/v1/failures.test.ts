import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../../src/opencode/v1/failures.ts';

describe('a failure', () => {
  it('is told without stack or class name', () => {
    const text =
      'ProviderNoProvidersError: No providers are available\n    at <anonymous> (/$bunfs/root/chunk.js:1:2)';
    expect(failureOf({ name: 'UnknownError', data: { message: text } })).toEqual({
      kind: 'no-model',
      message: 'No providers are available',
    });
  });

  it('of a provider carries its status and no body', () => {
    const data = { message: 'bad key', statusCode: 401, isRetryable: false, responseBody: '{"secret":1}' };
    expect(failureOf({ name: 'APIError', data }, 'acme')).toEqual({
      kind: 'auth',
      message: 'bad key',
      provider: 'acme',
      status: 401,
    });
  });
});
