import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

interface Page {
  readonly name: string;
  readonly text: string;
}

interface Manifest {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
}

async function pages(): Promise<readonly Page[]> {
  const top = (await readdir('.')).filter((name) => name.endsWith('.md'));
  const docs = (await readdir('docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  return Promise.all(
    [...top, ...docs, 'test/README.md', 'findings/README.md'].map(async (name) => ({
      name,
      text: await readFile(name, 'utf8'),
    })),
  );
}

async function manifest(): Promise<Manifest> {
  return JSON.parse(await readFile('package.json', 'utf8'));
}

/** As the sites that show Markdown make them from headings. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('every link from page to page leads somewhere', async () => {
  const all = await pages();
  const broken = all.flatMap(({ name, text }) =>
    [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
      .filter(([, path = '', anchor]) => {
        const target = path === '' ? name : join(dirname(name), path);
        const page = all.find((one) => one.name === target);
        return !existsSync(target) || (anchor !== undefined && !anchorsOf(page?.text ?? '').includes(anchor));
      })
      .map(([link]) => `${name}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test('what contributors are told to run and to look at is there', async () => {
  const { scripts } = await manifest();
  const text = await readFile('CONTRIBUTING.md', 'utf8');
  const asked = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, script = '']) => script);
  expect(asked.filter((script) => scripts[script] === undefined)).toEqual([]);
  const paths = [...text.matchAll(/\b(?:src|test|adapters|docs)\/[\w./-]*\w/g)].map(([path]) => path);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

test('CONTRIBUTING has ten habits', async () => {
  const text = await readFile('CONTRIBUTING.md', 'utf8');
  expect([...text.matchAll(/^(\d+)\. \*\*/gm)].map(([, number]) => Number(number))).toEqual(
    Array.from({ length: 10 }, (_, index) => index + 1),
  );
});

test('the changelog begins with what is not released, and knows the version', async () => {
  const { version } = await manifest();
  const text = await readFile('CHANGELOG.md', 'utf8');
  const versions = [...text.matchAll(/^## \[?([^\]\s]+)\]?/gm)].map(([, name]) => name);
  expect(versions.slice(0, 2)).toEqual(['Unreleased', version]);
});
