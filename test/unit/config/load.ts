import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { type Config, type Environment, loadConfig } from '../../../src/config.ts';
import type { AdapterDefinition } from '../../../src/core/definition.ts';
import { ConfigError } from '../../../src/core/errors.ts';

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** A platform that can be configured in each way that there is. */
const page: AdapterDefinition<{ readonly name: string }> = {
  id: 'page',
  variables: ['PAGE_NAME', 'PAGE_TOKEN'],
  admins: ['page:owner'],
  parse: ({ PAGE_NAME: name, PAGE_TOKEN: token }, file) => {
    if (name === 'off') return undefined;
    if (name === 'bad') throw new ConfigError('PAGE_NAME is "bad": it must be good. Example: PAGE_NAME=good');
    return { name: `${name} ${token} ${JSON.stringify(file)}` };
  },
  create: () => {
    throw new Error('not made here');
  },
};

export interface Workplace {
  /** The working directory; `project` in it is a directory, `data` beside it is free. */
  readonly cwd: string;
  readonly project: string;
  load(environment: Environment): Config;
  /** The sentences that it is refused with. */
  refusal(environment: Environment): string;
  write(name: string, content: unknown): string;
}

export function createWorkplace(adapters: readonly AdapterDefinition[] = [page]): Workplace {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'dragoman-config-')));
  directories.push(cwd);
  const project = join(cwd, 'project');
  mkdirSync(project);
  const load = (environment: Environment) =>
    loadConfig({
      environment: { DRAGOMAN_DIRECTORY: 'project', ...environment },
      directory: cwd,
      adapters,
    });
  return {
    cwd,
    project,
    load,
    refusal: (environment) => {
      try {
        load(environment);
      } catch (error) {
        if (error instanceof ConfigError) return error.message.replaceAll(cwd, '/work');
        throw error;
      }
      throw new Error('it was not refused');
    },
    write: (name, content) => {
      const file = join(cwd, name);
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
      return file;
    },
  };
}
