import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { commands } from '../../src/gateway/commands/table.ts';

/** First words of what stands as code in the first column of README › Commands, the server's own left out. */
async function listed(): Promise<readonly string[]> {
  const readme = await readFile('README.md', 'utf8');
  const [, section = ''] = /\n## Commands\n([\s\S]*?)\n## /.exec(readme) ?? [];
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `') && !line.startsWith('| `init`'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([a-z]+)[^`]*`/g)])
    .map(([, name = '']) => name);
}

test('README lists every command, and none that there is not', async () => {
  const names = commands.map(({ name }) => name);
  expect([...new Set(await listed())].sort()).toEqual([...names].sort());
});
