import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dialects } from '../../architecture/rules.ts';
import { readSources, root } from '../../architecture/sources.ts';

const sources = readSources(['src', 'adapters']);
const within = (path: string, folder: string) => path.startsWith(`${folder}/`);

it('only the door knows the dialects, so that what stands above them serves each of them', () => {
  const broken = dialects.folders.flatMap((folder) =>
    sources
      .filter(({ path }) => path !== dialects.door && !within(path, folder))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ own, target }) => own && within(target, folder))
          .map(({ target }) => `${path} imports ${target}`),
      ),
  );
  expect(broken, `Pass it in by src/opencode/dialect.ts, or move what dialects share above them`).toEqual([]);
});

it('the door leads to each of them', () => {
  const door = sources.find(({ path }) => path === dialects.door);
  const known = door?.imports.map(({ target }) => target);
  expect(known).toEqual(expect.arrayContaining(dialects.folders.map((folder) => `${folder}/dialect.ts`)));
});

it('each of them says what it is for and what it may not know', () => {
  for (const folder of ['src/opencode', ...dialects.folders])
    expect(readFileSync(join(root, folder, 'README.md'), 'utf8')).toMatch(/^# \w+\n\n\*\*[^*]{20,}\*\*/);
});
