/** Which variable is whose: held against the pinned server's own list of providers. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { belongsTo, isPassedKey, isProviderKey } from '../../../../src/opencode/v1/provider-keys.ts';

const listed = readFileSync(new URL('../../../fixtures/providers.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t'))
  .flatMap(([provider = '', names = '']) => names.split(' ').map((name) => [provider, name] as const));

it('each provider of the server gets the variables that the server looks for', () => {
  expect(listed.length).toBeGreaterThan(225);
  expect(listed.filter(([provider, name]) => !belongsTo(provider, name))).toEqual([]);
  expect(listed.filter(([, name]) => !isProviderKey(name))).toEqual([]);
});

it('a provider gets no key of another kind of service', () => {
  const foreign = ['STRIPE_API_KEY', 'SENDGRID_API_KEY', 'DATADOG_API_KEY', 'AWS_SECRET_ACCESS_KEY'];
  for (const provider of ['anthropic', 'openai', 'openrouter'])
    expect(foreign.filter((name) => belongsTo(provider, name))).toEqual([]);
  expect(foreign.filter((name) => isPassedKey(name, []))).toEqual([]);
});
