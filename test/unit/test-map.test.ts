import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/** Kinds whose files are few and large, so that each must be found by its behaviour. */
const mapped = ['contract', 'e2e', 'browser', 'fault'];

async function named(): Promise<readonly string[]> {
  const text = await readFile('test/README.md', 'utf8');
  return [...text.matchAll(/`(test\/[\w./-]+\.ts)`/g)].map(([, path = '']) => path);
}

test('what the map of the tests names is there', async () => {
  const paths = await named();
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

test('the map names each suite that runs a client, a server, a process or a browser', async () => {
  const paths = new Set(await named());
  const found = await Promise.all(
    mapped.map(async (kind) =>
      (await readdir(`test/${kind}`, { recursive: true }))
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => `test/${kind}/${name}`),
    ),
  );
  const suites = found.flat();
  expect(suites.length).toBeGreaterThan(40);
  expect(suites.filter((path) => !paths.has(path))).toEqual([]);
});
