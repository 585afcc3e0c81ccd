/** Writes settings into `.env`: in place, the rest untouched, readable for the owner alone. */
import { realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { UserError } from '../core/errors.ts';
import { readPersonFile } from '../lib/person-file.ts';

export type Values = Readonly<Record<string, string>>;

const heading = '# Written by `dragoman setup`.';

/**
 * The text of a `.env` with these values: a line that is there is changed, others are added at the end, and all else
 * stays as it is. Throws `UserError` where the file is written in a way that this would break.
 */
export function withValues(text: string, values: Values): string {
  const entries = Object.entries(values);
  const missing = entries.filter(([name]) => !lineOf(name).test(text));
  const changed = entries.reduce(
    (before, [name, value]) => before.replace(lineOf(name), (_, start) => `${start}${name}=${quoted(value)}`),
    text,
  );
  const base = changed === '' || changed.endsWith('\n') ? changed : `${changed}\n`;
  const added = missing.map(([name, value]) => `${name}=${quoted(value)}\n`);
  const head = added.length === 0 || base.includes(heading) ? '' : `${base === '' ? '' : '\n'}${heading}\n`;
  const result = `${base}${head}${added.join('')}`;
  const wanted = { ...parseEnv(text), ...values };
  const read = parseEnv(result);
  const broken = Object.keys({ ...wanted, ...read }).find((name) => wanted[name] !== read[name]);
  if (broken === undefined) return result;
  throw new UserError(
    `.env could not be changed without changing ${broken} as well. Set ${entries.map(([name]) => name).join(', ')} in it by hand.`,
  );
}

/** A whole assignment, also one whose quoted value has several lines. */
function lineOf(name: string): RegExp {
  return new RegExp(
    `^([ \\t]*(?:export[ \\t]+)?)${name}[ \\t]*=[ \\t]*(?:"[^"]*"|'[^']*'|\`[^\`]*\`|[^\\n]*)[^\\n]*$`,
    'gm',
  );
}

function quoted(value: string): string {
  if (/^[\w@%+:,./=~-]*$/.test(value)) return value;
  const quote = ["'", '"', '`'].find((one) => !value.includes(one));
  if (quote === undefined || value.includes('\n'))
    throw new UserError('A value with a line break or with all three kinds of quotes cannot stand in .env.');
  return `${quote}${value}${quote}`;
}

/** As it lies there; empty where there is none. */
export function readEnvFile(file: string): string {
  try {
    return readPersonFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

/** Puts the values in place at once and whole, for this user only. */
export function writeEnvFile(file: string, values: Values): void {
  const text = withValues(readEnvFile(file), values);
  const place = settled(file);
  const unfinished = join(dirname(place), `.env.${process.pid}.new`);
  try {
    writeFileSync(unfinished, text, { mode: 0o600, flag: 'wx' });
    renameSync(unfinished, place);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** A link stays a link. */
function settled(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return file;
    throw error;
  }
}
