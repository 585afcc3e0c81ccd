/** The project of the demo: a small repository that is made anew. */
import { execFile } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { projectFiles } from './project-files.ts';

const run = promisify(execFile);

/**
 * Writes the scratch project into a directory that may exist already: what is there stays as it is, so that a
 * restart of the demo keeps what the agent changed. It gets a git repository of its own where git is installed,
 * or the agent would take it for a part of the repository around it.
 *
 * @param path where executables are looked up, as PATH has it.
 */
export async function writeScratchProject(directory: string, path: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const [name, content] of Object.entries(projectFiles)) {
    const file = join(directory, name);
    await mkdir(dirname(file), { recursive: true });
    await writeOnce(file, content);
  }
  if (!(await exists(join(directory, '.git')))) await makeRepository(directory, path);
}

async function writeOnce(file: string, content: string): Promise<void> {
  try {
    await writeFile(file, content, { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return false;
  }
}

/** Nothing of the person's git configuration takes part: no signing, no hooks, no repository from outside. */
async function makeRepository(directory: string, path: string): Promise<void> {
  const env = { PATH: path, HOME: directory, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  const git = (...args: readonly string[]) => run('git', args, { cwd: directory, env });
  try {
    await git('-c', 'init.defaultBranch=main', 'init', '--quiet', '--template=');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  await git('add', '.');
  const author = ['-c', 'user.name=Dragoman demo', '-c', 'user.email=demo@localhost'];
  await git(...author, 'commit', '--quiet', '--message', 'The project as the tour finds it');
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
