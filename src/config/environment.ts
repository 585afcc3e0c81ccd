/** Where variables come from: the process, a `.env` file, files that hold secrets. */
import { parseEnv } from 'node:util';
import { readPersonFile } from '../lib/person-file.ts';
import { fuller, nearest } from '../lib/spelling.ts';
import { errorCodeOf, failureReason } from './failures.ts';
import type { Problems } from './problems.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment on top of what a `.env` file says; an empty value is none. */
export function withDotEnv(environment: Environment, file: string): Environment {
  return {
    ...readDotEnv(file),
    ...Object.fromEntries(Object.entries(environment).filter(([, value]) => value)),
  };
}

function readDotEnv(file: string): Environment {
  try {
    const entries = Object.entries(parseEnv(readPersonFile(file)));
    return Object.fromEntries(entries.filter(([, value]) => value));
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return {};
    throw error;
  }
}

/** Fills `NAME` from the file that `NAME_FILE` names, for the names that may hold a secret. */
export function withSecretFiles(
  environment: Environment,
  names: readonly string[],
  problems: Problems,
): Environment {
  const read = names.flatMap((name) => {
    const file = environment[`${name}_FILE`];
    if (!file) return [];
    if (environment[name]) {
      problems.add(`${name} and ${name}_FILE are both set`, 'only one of them can hold', `unset ${name}`);
      return [];
    }
    const value = readSecretFile(`${name}_FILE`, file, problems);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...environment, ...Object.fromEntries(read) };
}

/** Without the newline that editors leave at the end. */
function readSecretFile(variable: string, file: string, problems: Problems): string | undefined {
  const example = `${variable}=/run/secrets/dragoman`;
  try {
    const value = readPersonFile(file).trimEnd();
    if (value !== '') return value;
    problems.add(`${variable} names ${file}`, 'the file is empty', example);
  } catch (error) {
    problems.add(`${variable} names ${file}`, `it cannot be read (${failureReason(error)})`, example);
  }
  return undefined;
}

export interface KnownVariables {
  /** Every variable that we read, `NAME_FILE` included. */
  readonly all: readonly string[];
  /** What an example of each looks like, e.g. `WEB_PORT=4080`. */
  readonly examples: Readonly<Record<string, string>>;
}

/** Our own unknown names are refused; names near to one of ours may be another program's, so they are returned. */
export function checkNames(
  environment: Environment,
  known: KnownVariables,
  problems: Problems,
): readonly string[] {
  const unknown = Object.keys(environment).filter((name) => environment[name] && !known.all.includes(name));
  for (const name of unknown.filter(isOurs)) {
    const meant = nearest(name, known.all) ?? fuller(name, known.all);
    const hint =
      meant === undefined ? `we know ${known.all.filter(isOurs).join(', ')}` : `did you mean ${meant}`;
    problems.add(
      `${name} is set`,
      `there is no such setting; ${hint}`,
      example(meant ?? 'DRAGOMAN_DIRECTORY', known),
    );
  }
  return unknown
    .filter((name) => !isOurs(name))
    .flatMap((name) => {
      const meant = nearest(name, known.all) ?? fuller(name, known.all);
      return meant === undefined
        ? []
        : [`${name} is set, which means nothing to Dragoman. Did you mean ${meant}?`];
    });
}

function isOurs(name: string): boolean {
  return name.startsWith('DRAGOMAN_');
}

function example(name: string, { examples }: KnownVariables): string {
  return examples[name] ?? `${name}=…`;
}
