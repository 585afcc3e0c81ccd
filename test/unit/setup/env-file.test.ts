import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withValues, writeEnvFile } from '../../../src/setup/env-file.ts';

const place = { directory: '' };
beforeEach(() => {
  place.directory = mkdtempSync(join(tmpdir(), 'dragoman-env-'));
});
afterEach(() => rmSync(place.directory, { recursive: true }));

test('what is there stays: comments, order, exports, blank lines; what is asked for changes in place', () => {
  const text = `# my own\nLOG_LEVEL=debug # loud\n\n  export A_TOKEN='old one' # from June\nWEB_NAME="Ann\nBen"\n`;
  expect(withValues(text, { A_TOKEN: 'new', B_TOKEN: 'with space', WEB_NAME: 'Carl' })).toBe(
    `# my own\nLOG_LEVEL=debug # loud\n\n  export A_TOKEN=new\nWEB_NAME=Carl\n\n# Written by \`dragoman setup\`.\nB_TOKEN='with space'\n`,
  );
});

test('a second run adds below the first heading and changes nothing else', () => {
  const once = withValues('', { A: '1' });
  expect(once).toBe('# Written by `dragoman setup`.\nA=1\n');
  expect(withValues(once, { B: '2' })).toBe('# Written by `dragoman setup`.\nA=1\nB=2\n');
  expect(withValues(once, { A: '1' })).toBe(once);
});

test('a value is read back as it was given, and no other one changes', () => {
  const name = fc.constantFrom('A', 'AB', 'B_TOKEN', 'X');
  const value = fc
    .string({ unit: fc.constantFrom(...`abc $#='"\\/-é`) })
    .filter((one) => !(one.includes("'") && one.includes('"')));
  // A blank value swallows the next line in Node's own reading, so none is given.
  const file = fc
    .array(fc.tuple(name, value))
    .map((lines) =>
      lines.map(([key, one]) => `${key}=${one.replaceAll(/["'\\]/g, '').trim() || '1'}\n`).join(''),
    );
  fc.assert(
    fc.property(file, name, value, (text, key, given) => {
      const trimmed = given.trim() || '1';
      expect(parseEnv(withValues(text, { [key]: trimmed }))).toEqual({ ...parseEnv(text), [key]: trimmed });
    }),
  );
});

test('a file that could not be kept whole is not touched', () => {
  const text = `PEM="first\nA=inner\nlast"\nB=1\n`;
  expect(() => withValues(text, { A: 'outer' })).toThrow(
    '.env could not be changed without changing PEM as well. Set A in it by hand.',
  );
  expect(() => withValues('', { A: `'"\`` })).toThrow('all three kinds of quotes');
});

test('written for this user only, at once, and a link stays a link', () => {
  const real = join(place.directory, 'real');
  const file = join(place.directory, '.env');
  writeFileSync(real, 'A=1\n');
  chmodSync(real, 0o644);
  symlinkSync(real, file);
  writeEnvFile(file, { B: '2' });
  expect(readFileSync(real, 'utf8')).toBe('A=1\n\n# Written by `dragoman setup`.\nB=2\n');
  expect(statSync(real).mode & 0o777).toBe(0o600);
  expect(readdirSync(place.directory).toSorted()).toEqual(['.env', 'real']);
});
