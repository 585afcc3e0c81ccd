import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('the SDK and the server are pinned to one version', () => {
  const file = new URL('../../../../package.json', import.meta.url);
  const { dependencies } = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: Record<string, string> };
  const { '@opencode-ai/sdk': sdk, 'opencode-ai': server } = dependencies;
  expect(sdk).toMatch(/^\d+\.\d+\.\d+$/);
  expect(server).toBe(sdk);
});
