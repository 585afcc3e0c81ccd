/** What people are told, as it stands in the source: no ids of machines, no patterns of programs, one full stop. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);

/** Where words for people are written: in a chat, on the page, in a terminal. */
const folders = ['src/gateway', 'src/render', 'src/cli', 'src/doctor', 'src/setup', 'src/core', 'adapters'];

const files = folders.flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|js)$/.test(name))
    .map((name) => `${folder}/${name}`),
);

/** Literals that are sentences: they begin with a capital letter, have several words, and end as one does. */
const sentences = files.flatMap((file) => {
  const source = readFileSync(new URL(file, root), 'utf8').replace(/^\s*(?:\/\*\*|\*|\/\/).*$/gm, '');
  return [...source.matchAll(/'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`/g)]
    .map(([, plain, template]) => plain ?? template ?? '')
    .filter((text) => /^[A-Z$][^\n]*\s\S+\s[\s\S]*[.?:]$/.test(text))
    .map((text) => ({ file, text: text.replace(/\$\{[^}]*\}/g, '…') }));
});

const thatHold = (pattern: RegExp) =>
  sentences.filter(({ text }) => pattern.test(text)).map(({ file, text }) => `${file}: ${text}`);

test('there are sentences to look at', () => {
  expect(sentences.length).toBeGreaterThan(150);
});

test('none holds an id of the agent server', () => {
  expect(thatHold(/\b(?:ses|msg|prt|per|que)_/)).toEqual([]);
});

test('none shows a pattern of a program', () => {
  expect(thatHold(/\[[a-z]-[a-z]|\\[dwsb]|\(\?:|\^\[/)).toEqual([]);
});

// A label of a platform's own page is quoted as it stands there.
test('none ends twice, or cries out', () => {
  expect(thatHold(/(?<!\.)\.\.(?!\.)|[.?!]\s*[.]$|!(?:\s(?!›)|$)/)).toEqual([]);
});
