import { existsSync } from 'node:fs';
import { link, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { productionPackages } from '../../bench/install.ts';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dragoman-install-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

const sizes = async () =>
  Object.fromEntries((await productionPackages(root)).map(({ path, bytes }) => [path, bytes]));

test('the walk finds what package-lock.json lists as not for development, and nothing else', async () => {
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly devOptional?: boolean }>>;
  };
  const listed = Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    .map(([path]) => path)
    // What is for another system is listed and not there.
    .filter((path) => existsSync(path));
  const walked = (await productionPackages(process.cwd())).map(({ path }) => path);
  expect(walked.toSorted()).toEqual(listed.toSorted());
});

test('the nearest copy counts; what is for development or an absent optional does not', async () => {
  await write('package.json', '{"dependencies":{"a":"1"},"devDependencies":{"d":"1"}}');
  await write('node_modules/a/package.json', '{"dependencies":{"b":"2"},"optionalDependencies":{"o":"1"}}');
  await write('node_modules/a/node_modules/b/package.json', '{"peerDependencies":{"c":"1"}}');
  await write('node_modules/b/package.json', '{}');
  await write('node_modules/c/package.json', '{"dependencies":{"a":"1"}}');
  await write('node_modules/d/package.json', '{}');
  expect(Object.keys(await sizes())).toEqual([
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/c',
  ]);
});

test('a package inside another and a second name of a file are not counted twice', async () => {
  await write('package.json', '{"dependencies":{"a":"1"}}');
  const manifest = '{"dependencies":{"b":"1"}}';
  await write('node_modules/a/package.json', manifest);
  await write('node_modules/a/lib/one', 'x'.repeat(100));
  await link(join(root, 'node_modules/a/lib/one'), join(root, 'node_modules/a/two'));
  await write('node_modules/a/node_modules/b/package.json', '{}');
  expect(await sizes()).toEqual({
    'node_modules/a': manifest.length + 100,
    'node_modules/a/node_modules/b': 2,
  });
});
