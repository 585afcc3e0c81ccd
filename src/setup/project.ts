/** Asks for the project, and keeps the data outside of it. */
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkApart } from '../config/data.ts';
import { createProblems } from '../config/problems.ts';
import { ConfigError } from '../core/errors.ts';
import type { Known } from '../core/setup.ts';
import { readPersonFile } from '../lib/person-file.ts';
import type { Dialogue } from './dialogue.ts';
import type { Values } from './env-file.ts';

/** Asks which directory the agent works in, unless the file names projects; what is to be written. */
export async function askProject(dialogue: Dialogue, known: Known, directory: string): Promise<Values> {
  const { DRAGOMAN_DIRECTORY: before, DRAGOMAN_DATA: data = '.dragoman', DRAGOMAN_CONFIG: file } = known;
  if (namesProjects(resolve(directory, file || 'dragoman.json'))) return {};
  const answer = await dialogue.ask({
    text: 'Which directory should the agent work in?',
    ...(before === undefined ? {} : { initial: before }),
    check: (typed) => problemOf(full(typed, directory)),
  });
  const project = full(answer, directory);
  const chosen =
    before !== undefined && full(before, directory) === project ? {} : { DRAGOMAN_DIRECTORY: project };
  if (isApart(resolve(directory, data), project)) return chosen;
  const elsewhere = join(homedir(), '.dragoman');
  if (!isApart(elsewhere, project))
    throw new ConfigError(
      `The data of Dragoman must not lie in ${project}, nor around it. Choose a directory for them, e.g. DRAGOMAN_DATA=/var/lib/dragoman, and run setup again.`,
    );
  dialogue.warn(`The data of Dragoman must lie outside of the project, so they go to ${elsewhere}.`);
  return { ...chosen, DRAGOMAN_DATA: elsewhere };
}

/** As a shell would read it. */
function full(typed: string, directory: string): string {
  const path = typed.replace(/^(['"])(.*)\1$/, '$2').replace(/^(?:~|\$HOME)(?=\/|$)/, homedir());
  return resolve(directory, path);
}

function problemOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return `There is no ${path}. Make it first, or give another one.`;
  return found.isDirectory() ? undefined : `${path} is a file; the agent works in a directory.`;
}

function isApart(data: string, project: string): boolean {
  const problems = createProblems();
  checkApart(data, [project], problems);
  try {
    problems.throwIfAny();
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

/** A file that is not valid is told by doctor. */
function namesProjects(file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    const content: unknown = JSON.parse(readPersonFile(file));
    const projects =
      typeof content === 'object' && content !== null && 'projects' in content ? content.projects : {};
    return Object.keys(projects ?? {}).length > 0;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
