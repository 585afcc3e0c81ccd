/** The directory of our data: apart from projects, closed to others, with the secret that is kept there. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { contains } from '../lib/contains.ts';
import { readPersonFile } from '../lib/person-file.ts';
import { errorCodeOf, failureReason } from './failures.ts';
import type { Problems } from './problems.ts';

/**
 * Our data hold what approves the agent's requests, so they lie in no directory that an agent works in, and in none
 * that it may read unasked: all of the git repository around its directory is one.
 */
export function checkApart(data: string, projects: readonly string[], problems: Problems): void {
  const home = settled(data);
  for (const project of projects) {
    const outer = readableFrom(project);
    if (!contains(outer, home) && !contains(home, project)) continue;
    const around = outer === project ? project : `${outer}, the git repository of ${project}`;
    const [inner, place] = contains(outer, home) ? ['DRAGOMAN_DATA', around] : [project, 'DRAGOMAN_DATA'];
    problems.add(
      `DRAGOMAN_DATA is ${home}`,
      `${inner} must not lie inside ${place}, for an agent that works there could read our secrets and approve its own requests`,
      contains(outer, homedir()) ? 'DRAGOMAN_DATA=/var/lib/dragoman' : 'DRAGOMAN_DATA=$HOME/.dragoman',
    );
    return;
  }
}

/** What an agent in this directory reads without asking: the git repository around it, or the directory alone. */
export function readableFrom(directory: string): string {
  return worktreeOf(directory) ?? directory;
}

/** As git finds it: the nearest directory with a `.git`, which is a file in a linked worktree. */
function worktreeOf(directory: string): string | undefined {
  if (existsSync(join(directory, '.git'))) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : worktreeOf(parent);
}

/** The path without symbolic links, as far as it exists. */
function settled(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const parent = dirname(path);
    if (errorCodeOf(error) !== 'ENOENT' || parent === path) return path;
    return join(settled(parent), path.slice(parent.length));
  }
}

/** Makes the directory, for this user only. Throws `ConfigError` where others can open it, or it cannot be made. */
export function prepareData(data: string): void {
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    if ((statSync(data).mode & 0o077) === 0) return;
    // Ours to narrow only while nothing lies in it: somebody may have named a directory that others need.
    if (readdirSync(data).length === 0) {
      chmodSync(data, 0o700);
      return;
    }
  } catch (error) {
    throw new ConfigError(
      `DRAGOMAN_DATA is ${data}: ${failureReason(error)}. Example: DRAGOMAN_DATA=$HOME/.dragoman`,
      {
        cause: error,
      },
    );
  }
  throw new ConfigError(
    `DRAGOMAN_DATA is ${data}: others on this machine can open it. Close it with: chmod 700 ${data}`,
  );
}

/** The secret that was made at the first start, or a new one that is kept from now on. */
export function keptSecret(data: string): string {
  const file = join(data, 'secret');
  const made = randomBytes(32).toString('base64url');
  try {
    writeFileSync(file, `${made}\n`, { mode: 0o600, flag: 'wx' });
    return made;
  } catch (error) {
    if (errorCodeOf(error) !== 'EEXIST') throw error;
  }
  const kept = readPersonFile(file).trim();
  if (kept.length >= 16) return kept;
  throw new ConfigError(
    `${file} does not hold a whole secret. Remove it to get a new one; the page's address changes then, and buttons shown before no longer work.`,
  );
}
