import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { commands } from '../../src/gateway/commands/table.ts';
import { readSources, type Source } from '../architecture/sources.ts';

async function rowsOf(title: string): Promise<readonly string[]> {
  const readme = await readFile('README.md', 'utf8');
  const [, section = ''] = new RegExp(`\\n## ${title}\\n([\\s\\S]*?)\\n## `).exec(readme) ?? [];
  return section.split('\n').filter((line) => line.startsWith('|'));
}

/** First words of what stands as code in the first column of README › Commands, the server's own left out. */
async function listed(): Promise<readonly string[]> {
  return (await rowsOf('Commands'))
    .filter((line) => line.startsWith('| `') && !line.startsWith('| `init`'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([a-z]+)[^`]*`/g)])
    .map(([, name = '']) => name);
}

test('README lists every command, and none that there is not', async () => {
  const names = commands.map(({ name }) => name);
  expect([...new Set(await listed())].sort()).toEqual([...names].sort());
});

/** Package, the folders that are said to use it, and the reason: README › Dependencies. */
async function reasons(): Promise<readonly (readonly [string, readonly string[], string])[]> {
  return (await rowsOf('Dependencies')).slice(2).map((line) => {
    const [, name = '', folders = '', reason = ''] = line.split('|').map((cell) => cell.trim());
    return [name.replaceAll('`', ''), folders.replaceAll('`', '').split(', '), reason];
  });
}

/** Imports it, or looks it up by name as a program is. */
function uses({ imports, text }: Source, name: string): boolean {
  return imports.some(({ target }) => target === name) || text.includes(`require.resolve('${name}/`);
}

test('README gives each dependency that runs its reason, and names none that is gone', async () => {
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const rows = await reasons();
  expect(rows.map(([name]) => name).toSorted()).toEqual(Object.keys(dependencies).toSorted());
  expect(rows.filter(([, , reason]) => reason.length < 20)).toEqual([]);
});

test('README says which folders use each dependency', async () => {
  const sources = readSources(['src', 'adapters', 'migrations']);
  const wrong = (await reasons()).flatMap(([name, folders]) => {
    const users = sources.filter((source) => uses(source, name)).map(({ path }) => path);
    const within = (path: string, folder: string) => path.startsWith(`${folder}/`);
    return [
      ...users
        .filter((path) => !folders.some((folder) => within(path, folder)))
        .map((path) => `${name} is used by ${path}, which README does not say`),
      ...folders
        .filter((folder) => !users.some((path) => within(path, folder)))
        .map((folder) => `${name} is not used by ${folder}`),
    ];
  });
  expect(wrong).toEqual([]);
});
