import { constants } from 'node:fs';
import { access, readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

async function scripts(): Promise<readonly string[]> {
  return (await readdir('findings')).filter((name) => name.endsWith('.sh')).toSorted();
}

/** The comment that a script begins with, without its marks. */
async function headOf(name: string): Promise<readonly string[]> {
  const [first, ...lines] = (await readFile(`findings/${name}`, 'utf8')).split('\n');
  expect(first).toBe('#!/usr/bin/env bash');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines.slice(0, end).map((line) => line.slice(2));
}

test('the table of findings names each script once, and none that is gone', async () => {
  const text = await readFile('findings/README.md', 'utf8');
  const rows = [...text.matchAll(/^\| `([\w-]+\.sh)` \| \S/gm)].map(([, name]) => name);
  expect(rows.toSorted()).toEqual(await scripts());
});

test('each finding can be run as it is', async () => {
  const names = await scripts();
  expect(names.length).toBeGreaterThan(0);
  await Promise.all(names.map((name) => access(`findings/${name}`, constants.X_OK)));
});

test('each finding begins with software, version, behaviour, guess, date and output', async () => {
  for (const name of await scripts()) {
    const head = (await headOf(name)).join('\n');
    expect(head, name).toMatch(/^Software: +\S.* \d+\.\d+\.\d+/);
    for (const title of ['Behaviour', 'Good guess', 'Date', 'Output seen'])
      expect(head, name).toContain(`\n${title}:`);
    // The last line of a run that found what is described.
    expect(head, name).toMatch(/\n {2}holds\n/);
  }
});

test('each finding installs exactly the versions that its head names', async () => {
  for (const name of await scripts()) {
    const text = await readFile(`findings/${name}`, 'utf8');
    const [, wanted = ''] = /^npm install .*--save-exact ((?:\S+@\d+\.\d+\.\d+ )+)/m.exec(text) ?? [];
    const software = wanted
      .trim()
      .split(' ')
      .map((one) => one.replace(/@(?=\d)/, ' '));
    const head = (await headOf(name)).join('\n');
    expect(
      software.filter((one) => !head.includes(one)),
      name,
    ).toEqual([]);
    expect(software[0], name).not.toBe('');
  }
});
