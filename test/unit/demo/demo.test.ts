import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepareDemo } from '../../../src/demo/demo.ts';
import { demoEnvironment } from '../../../src/demo/environment.ts';
import { writeScratchProject } from '../../../src/demo/project.ts';

let base: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'dragoman-demo-'));
});

afterEach(() => rm(base, { recursive: true, force: true }));

const PATH = process.env['PATH'] ?? '';

function git(directory: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: directory, encoding: 'utf8' }).trim();
}

test('the environment is a configuration: nothing of the person but how the page is reached', () => {
  const outer = {
    PATH: '/bin',
    LC_ALL: 'C',
    WEB_PORT: '4090',
    DATABASE_URL: 'postgres://prod',
    OPENCODE_URL: 'http://prod',
    OPENCODE_PERMISSION: '{}',
    DRAGOMAN_SECRET: 'x',
    ANTHROPIC_API_KEY: 'x',
  };
  const { WEB_SUGGESTIONS, OPENCODE_CONFIG_CONTENT, ...env } = demoEnvironment('/d', 'http://m/v1', outer);
  expect(env).toMatchInlineSnapshot(`
    {
      "DRAGOMAN_CONFIG": "/d/dragoman.json",
      "DRAGOMAN_DATA": "/d/data",
      "DRAGOMAN_DIRECTORY": "/d/project",
      "DRAGOMAN_MODEL": "demo/scripted",
      "HOME": "/d/home",
      "LC_ALL": "C",
      "OPENCODE_DISABLE_AUTOUPDATE": "1",
      "OPENCODE_DISABLE_DEFAULT_PLUGINS": "1",
      "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
      "OPENCODE_DISABLE_MODELS_FETCH": "1",
      "OPENCODE_DISABLE_PROJECT_CONFIG": "1",
      "OPENCODE_DISABLE_SHARE": "1",
      "OPENCODE_MODELS_PATH": "/d/home/models.json",
      "PATH": "/bin",
      "WEB_PORT": "4090",
      "XDG_CACHE_HOME": "/d/home/cache",
      "XDG_CONFIG_HOME": "/d/home/config",
      "XDG_DATA_HOME": "/d/home/data",
      "XDG_STATE_HOME": "/d/home/state",
    }
  `);
  expect(JSON.parse(WEB_SUGGESTIONS ?? '')[0]).toMatchInlineSnapshot(`
    {
      "label": "stream",
      "text": "stream: show me how Markdown looks",
    }
  `);
  expect(JSON.parse(OPENCODE_CONFIG_CONTENT ?? '')).toMatchInlineSnapshot(`
    {
      "enabled_providers": [
        "demo",
      ],
      "model": "demo/scripted",
      "provider": {
        "demo": {
          "models": {
            "scripted": {
              "attachment": true,
              "limit": {
                "context": 200000,
                "output": 32000,
              },
              "modalities": {
                "input": [
                  "text",
                  "image",
                  "pdf",
                ],
                "output": [
                  "text",
                ],
              },
              "name": "Scripted",
              "tool_call": true,
            },
          },
          "name": "Demo",
          "npm": "@ai-sdk/openai-compatible",
          "options": {
            "apiKey": "none",
            "baseURL": "http://m/v1",
          },
        },
      },
      "small_model": "demo/scripted",
    }
  `);
});

test('the project has a repository of its own, even within another one', async () => {
  git(base, 'init', '--quiet');
  const project = join(base, 'project');
  await writeScratchProject(project, PATH);
  expect(git(project, 'rev-parse', '--show-prefix')).toBe('');
  expect(git(project, 'log', '--format=%an: %s')).toBe('Dragoman demo: The project as the tour finds it');
  expect(git(project, 'status', '--short')).toBe('');
});

test('a second start leaves the project as it is', async () => {
  await writeScratchProject(base, PATH);
  await writeFile(join(base, 'src/date.ts'), 'changed');
  await writeScratchProject(base, PATH);
  expect(await readFile(join(base, 'src/date.ts'), 'utf8')).toBe('changed');
  expect(git(base, 'rev-list', '--count', 'HEAD')).toBe('1');
});

test('without git the project is a plain directory', async () => {
  await writeScratchProject(base, '/nowhere');
  expect((await readdir(base)).toSorted()).toEqual(['README.md', 'package.json', 'src', 'test']);
});

test('the bug of the project is one: its test fails far from UTC', async () => {
  await writeScratchProject(base, PATH);
  const run = (zone: string) =>
    execFileSync(process.execPath, ['--test'], { cwd: base, env: { PATH, TZ: zone }, stdio: 'pipe' });
  expect(() => run('America/New_York')).toThrow();
  expect(() => run('UTC')).not.toThrow();
});

test('a demo prepared twice in one place keeps its data and gets a new model', async () => {
  const first = await prepareDemo({ directory: base, environment: { PATH } });
  await writeFile(join(first.env['DRAGOMAN_DATA'] ?? '', 'threads'), 'kept');
  await first.close();
  const second = await prepareDemo({ directory: base, environment: { PATH } });
  await second.close();
  expect(await readFile(join(second.env['DRAGOMAN_DATA'] ?? '', 'threads'), 'utf8')).toBe('kept');
  expect(second.env['DRAGOMAN_DIRECTORY']).toBe(first.env['DRAGOMAN_DIRECTORY']);
});
