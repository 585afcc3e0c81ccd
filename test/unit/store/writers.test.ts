import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('../../../src/store/', import.meta.url);

/** The one file that writes each table. */
const writers: Readonly<Record<string, string>> = {
  document: 'documents.ts',
  file: 'files.ts',
  inbox: 'inbox.ts',
  lease: 'leases.ts',
  ledger: 'ledger.ts',
  opening: 'openings.ts',
  overheard: 'overheard.ts',
  pairing: 'people.ts',
  person: 'people.ts',
  prompt: 'prompts.ts',
  reason: 'reasons.ts',
  request: 'requests.ts',
  session: 'sessions.ts',
  thread: 'threads.ts',
};

const write =
  /(?:insertInto|updateTable|deleteFrom|mergeInto)\(\s*'(\w+)'|\b(?:insert into|update|delete from) "?(\w+)"?\s+(?:set|as|\(|where)/g;

test('each table has one writing file', () => {
  const found = new Set<string>();
  for (const name of readdirSync(folder)) {
    const source = readFileSync(new URL(name, folder), 'utf8');
    for (const [, built, written] of source.matchAll(write)) found.add(`${built ?? written}: ${name}`);
  }
  expect([...found].toSorted()).toEqual(Object.entries(writers).map(([table, file]) => `${table}: ${file}`));
});

test('every table of the schema has its writer', () => {
  const tables = readFileSync(new URL('tables.ts', folder), 'utf8');
  const [, list = ''] = /export interface Tables \{([^}]*)\}/.exec(tables) ?? [];
  expect([...list.matchAll(/(\w+):/g)].map(([, table]) => table).toSorted()).toEqual(Object.keys(writers));
});
