import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const platforms = ['slack', 'discord', 'telegram', 'web'];

/** `docs/adapters.md` › One role, one file: the platforms of each file. */
async function documented(): Promise<ReadonlyMap<string, readonly string[]>> {
  const page = await readFile('docs/adapters.md', 'utf8');
  const [, section = ''] = /\n## One role, one file\n([\s\S]*?)\n## /.exec(page) ?? [];
  const rows = section.matchAll(/^\| [^|]+ \| `([\w.-]+)` \| ([^|]+) \|/gm);
  return new Map(
    [...rows].map(([, file = '', where = '']) => [file, where === 'all' ? platforms : where.split(', ')]),
  );
}

/** The platforms of each file that more than one of them has. */
function shared(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const platform of platforms)
    for (const file of readdirSync(`adapters/${platform}`).filter((name) => name.endsWith('.ts')))
      found.set(file, [...(found.get(file) ?? []), platform]);
  return new Map([...found].filter(([, where]) => where.length > 1));
}

test('a role has one file name, and docs/adapters.md says which platforms have it', async () => {
  const sorted = (files: ReadonlyMap<string, readonly string[]>) => Object.fromEntries([...files].sort());
  expect(sorted(await documented())).toEqual(sorted(shared()));
});
