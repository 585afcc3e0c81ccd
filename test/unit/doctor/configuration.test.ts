import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { adapters } from '../../../adapters/index.ts';
import { examineConfiguration } from '../../../src/doctor/configuration.ts';
import { describeSection } from '../../../src/doctor/section.ts';

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function newDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'dragoman-doctor-')));
  directories.push(directory);
  return directory;
}

/** What a person reads where both files tell secrets. `mode`: of both. */
function looked(project: string, cwd: string, mode: number): string {
  const bots = { support: { platform: 'telegram', botToken: `123456:${'x'.repeat(30)}` } };
  const files = [
    ['dragoman.json', JSON.stringify({ bots })],
    ['.env', 'LOG_LEVEL=info\n'],
  ] as const;
  for (const [name, content] of files) {
    writeFileSync(join(cwd, name), content);
    chmodSync(join(cwd, name), mode);
  }
  const environment = { DRAGOMAN_DIRECTORY: project, DRAGOMAN_DATA: join(newDirectory(), 'data') };
  const { section } = examineConfiguration({ environment, directory: cwd, adapters });
  return describeSection(section).join('\n').replaceAll(project, '/project').replaceAll(cwd, '/work');
}

test('files that tell secrets, where an agent works and others can read them', () => {
  const cwd = newDirectory();
  expect(looked(cwd, cwd, 0o644)).toMatchInlineSnapshot(`
    "configuration
      ✓ settings: Platforms: web, telegram-support. 1 project, 1 admin. The data lie outside of all projects.
      ⚠ a setting: /project/dragoman.json holds secrets, and others on this machine can read it.
          chmod 600 /project/dragoman.json
      ⚠ .env: Others on this machine can read it.
          chmod 600 /project/.env
      ⚠ .env: It lies in /project, where the agent works; a command that somebody allows can read it.
          Start Dragoman in a directory of its own, with .env there, and let DRAGOMAN_DIRECTORY name the project.
      ⚠ dragoman.json: It lies in /project, where the agent works; the agent may read it without asking.
          Move it out, and let DRAGOMAN_CONFIG name it; or keep its secrets in files, as botTokenFile does."
  `);
});

test('the same in a place of their own', () => {
  expect(looked(newDirectory(), newDirectory(), 0o600)).toMatchInlineSnapshot(`
    "configuration
      ✓ settings: Platforms: web, telegram-support. 1 project, 1 admin. The data lie outside of all projects.
      ✓ .env: Only this user can read it."
  `);
});
