import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { readEnvironment } from '../../../src/config.ts';
import { readEnvFile } from '../../../src/setup/env-file.ts';
import { createWorkplace } from './load.ts';

test('one directory is enough; everything else has a default', () => {
  const { load, cwd, project } = createWorkplace();
  const { secret, environment, secrets, platforms, ...config } = load({});
  expect(config).toEqual({
    data: join(cwd, '.dragoman'),
    database: { url: undefined },
    servers: { opencode: { kind: 'child' } },
    projects: { default: { directory: project, server: 'opencode', trustProjectConfig: false } },
    channels: {},
    defaultProject: 'default',
    admins: ['page:owner'],
    http: { host: '127.0.0.1', port: 4080, publicUrl: undefined, loopback: true, metricsToken: undefined },
    logLevel: 'info',
    pieceWindowMs: 1500,
    requestTimeoutMs: 30 * 60_000,
    silenceMs: 60_000,
    mostEmptyMessages: 8,
    proxies: { http: undefined, https: undefined, direct: ['localhost', '127.0.0.1', '::1'] },
    verbosity: 'normal',
    warnings: [],
  });
  expect(platforms.map(({ id }) => id)).toEqual(['page']);
});

test('the data directory is for this user only, and the secret made in it stays the same', () => {
  const { load, cwd } = createWorkplace();
  const first = load({}).secret.reveal();
  expect(first.length).toBeGreaterThanOrEqual(43);
  expect(load({}).secret.reveal()).toBe(first);
  expect(statSync(join(cwd, '.dragoman')).mode & 0o777).toBe(0o700);
  expect(statSync(join(cwd, '.dragoman/secret')).mode & 0o777).toBe(0o600);
});

test('the file names projects, servers and channels; the environment gives the default model', () => {
  const { load, write, project } = createWorkplace();
  write('dragoman.json', {
    servers: { big: { url: 'https://agents.example.org/', password: 'opens-the-server' }, own: {} },
    projects: {
      api: { directory: '/srv/api', server: 'big', agent: 'plan' },
      site: { directory: 'project', server: 'own', model: 'other/small', trustProjectConfig: true },
    },
    channels: { 'page:main': { project: 'site' } },
    verbosity: 'quiet',
    page: { colour: 'red' },
  });
  const config = load({ DRAGOMAN_DIRECTORY: '', DRAGOMAN_MODEL: 'some/maker/model' });
  expect(config.projects).toEqual({
    api: {
      ...{ directory: '/srv/api', server: 'big', model: 'some/maker/model', agent: 'plan' },
      trustProjectConfig: false,
    },
    site: { directory: project, server: 'own', model: 'other/small', trustProjectConfig: true },
  });
  expect(config.servers['big']).toMatchObject({
    kind: 'remote',
    url: 'https://agents.example.org',
    username: 'opencode',
  });
  expect(config.servers['own']).toEqual({ kind: 'child' });
  expect(config).toMatchObject({ channels: { 'page:main': { project: 'site' } }, defaultProject: undefined });
  expect(config.verbosity).toBe('quiet');
});

test('nothing that prints a configuration prints a secret', () => {
  const { load, write } = createWorkplace();
  const environment = {
    DATABASE_URL: 'postgres://ann:pass%2Fword-one@db/x',
    DRAGOMAN_SECRET: 'seeded-secret-of-ours',
    OPENCODE_URL: 'http://127.0.0.1:4096',
    OPENCODE_SERVER_PASSWORD: 'seeded-opencode',
    WEB_PASSWORD: 'seeded-page-password',
    METRICS_TOKEN: 'seeded-metrics',
    PAGE_TOKEN: 'seeded-page-token',
    ANTHROPIC_API_KEY: 'seeded-provider-key',
  };
  write('dragoman.json', { servers: { other: { url: 'https://x.example', password: 'seeded-in-file' } } });
  const config = load(environment);
  const printed = [
    JSON.stringify(config),
    inspect(config, { depth: 20, showHidden: true }),
    String(config),
  ].join('\n');
  expect(printed).not.toMatch(/seeded|pass%2Fword/);
  expect(config.secrets()).toEqual(
    expect.arrayContaining([
      ...Object.values(environment).filter((v) => v.startsWith('seeded')),
      'pass/word-one',
      'seeded-in-file',
    ]),
  );
});

test('a secret may come in a file', () => {
  const { load, write, refusal } = createWorkplace();
  const file = write('secret.txt', 'from-a-file-of-secrets\n');
  expect(load({ DRAGOMAN_SECRET_FILE: file }).secret.reveal()).toBe('from-a-file-of-secrets');
  expect(load({ PAGE_TOKEN_FILE: file }).secrets()).toContain('from-a-file-of-secrets');
  expect(refusal({ DRAGOMAN_SECRET_FILE: '/nowhere' })).toMatchInlineSnapshot(
    `"DRAGOMAN_SECRET_FILE names /nowhere: it cannot be read (there is no such file or directory). Example: DRAGOMAN_SECRET_FILE=/run/secrets/dragoman"`,
  );
  expect(
    refusal({ DRAGOMAN_SECRET_FILE: file, DRAGOMAN_SECRET: 'also-given-directly' }),
  ).toMatchInlineSnapshot(
    `"DRAGOMAN_SECRET and DRAGOMAN_SECRET_FILE are both set: only one of them can hold. Example: unset DRAGOMAN_SECRET"`,
  );
});

test('.env fills in what the environment does not say', () => {
  const { cwd, write } = createWorkplace();
  expect(readEnvironment(cwd)['DRAGOMAN_TEST_ONLY']).toBeUndefined();
  write('.env', 'DRAGOMAN_TEST_ONLY="from the file"\nPATH=/nowhere\nEMPTY=\n');
  const environment = readEnvironment(cwd);
  expect(environment['DRAGOMAN_TEST_ONLY']).toBe('from the file');
  expect(environment['PATH']).toBe(readEnvironment('/')['PATH']);
});

const encodings: readonly (readonly [string, (text: string) => Uint8Array])[] = [
  ['UTF-8 with a byte order mark', (text) => Buffer.from(`\ufeff${text}`)],
  ['UTF-16, as PowerShell writes it', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16, big end first', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
];

test.each(encodings)('files that people write may be %s', (_, encoded) => {
  const { cwd, load, project } = createWorkplace();
  const put = (name: string, text: string) => {
    writeFileSync(join(cwd, name), encoded(text));
    return join(cwd, name);
  };
  put('.env', 'FIRST_OF_ALL=ä\nWEB_PORT=4081\n');
  expect(readEnvironment(cwd)).toMatchObject({ FIRST_OF_ALL: 'ä', WEB_PORT: '4081' });
  expect(readEnvFile(join(cwd, '.env'))).toBe('FIRST_OF_ALL=ä\nWEB_PORT=4081\n');
  put('dragoman.json', JSON.stringify({ projects: { api: { directory: 'project' } } }));
  const file = put('secret.txt', 'a-secret-in-a-file-of-its-own\r\n');
  const config = load({ DRAGOMAN_DIRECTORY: '', DRAGOMAN_SECRET_FILE: file });
  expect(config.projects['api']?.directory).toBe(project);
  expect(config.secret.reveal()).toBe('a-secret-in-a-file-of-its-own');
});

test('names near to ours are pointed out, other programs and OpenCode keep theirs', () => {
  const { load } = createWorkplace();
  const { warnings } = load({
    DATABSE_URL: 'x',
    WEB_PROT: '1',
    OPENCODE_PASSWORD: 'x',
    OPENCODE_CONFIG: '/x',
    OPENCODE_CONFIG_CONTENT: '{}',
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_PERMISSION: '{}',
    HOME: '/root',
    LOGNAME: 'ann',
    NODE_ENV: 'test',
    WEBKIT: 'x',
  });
  expect(warnings).toMatchInlineSnapshot(`
    [
      "DATABSE_URL is set, which means nothing to Dragoman. Did you mean DATABASE_URL?",
      "WEB_PROT is set, which means nothing to Dragoman. Did you mean WEB_PORT?",
      "OPENCODE_PASSWORD is set, which means nothing to Dragoman. Did you mean OPENCODE_SERVER_PASSWORD?",
    ]
  `);
});

test('the adapter decides what of its own is right, and may be off', () => {
  const { load, refusal } = createWorkplace();
  expect(refusal({ PAGE_NAME: 'bad' })).toBe('PAGE_NAME is "bad": it must be good. Example: PAGE_NAME=good');
  const off = load({ PAGE_NAME: 'off', DRAGOMAN_ADMINS: 'page:7, page:owner' });
  expect(off.platforms).toEqual([]);
  expect(off.admins).toEqual(['page:7', 'page:owner']);
  expect(off.warnings).toContain('DRAGOMAN_ADMINS names page:7, but the platform "page" is not set up.');
});

test('what is refused leaves nothing behind', () => {
  const { refusal, cwd } = createWorkplace();
  refusal({ WEB_PORT: 'x' });
  expect(() => readFileSync(join(cwd, '.dragoman/secret'))).toThrow('ENOENT');
});
