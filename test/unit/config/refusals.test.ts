import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createWorkplace } from './load.ts';

test('all mistakes are told at once, each with its reason and an example', () => {
  const { refusal } = createWorkplace();
  expect(
    refusal({
      DATABASE_URL: 'mysql://db',
      DRAGOMAN_SECRET: 'short',
      DRAGOMAN_MODEL: 'sonnet',
      DRAGOMAN_ADMINS: 'ann',
      DRAGOMAN_DIRECTROY: '/x',
      WEB_PORT: '99999',
      WEB_URL: 'dragoman.example.org',
      LOG_LEVEL: 'loud',
      OPENCODE_URL: 'agents:4096',
    }),
  ).toMatchInlineSnapshot(`
    "The configuration has 9 mistakes:
      - DRAGOMAN_DIRECTROY is set: there is no such setting; did you mean DRAGOMAN_DIRECTORY. Example: DRAGOMAN_DIRECTORY=$HOME/code/api
      - DATABASE_URL is not valid: it is the address of a Postgres database, and begins with postgres://. Example: DATABASE_URL=postgres://user:password@host:5432/dragoman
      - OPENCODE_URL is "agents:4096": it is the http or https address of an OpenCode server. Example: OPENCODE_URL=http://127.0.0.1:4096
      - DRAGOMAN_MODEL is "sonnet": a model is written provider/model. Example: DRAGOMAN_MODEL=anthropic/claude-sonnet-4-5
      - DRAGOMAN_SECRET is not valid: it needs at least 16 characters, for it signs what buttons do. Example: DRAGOMAN_SECRET_FILE=/run/secrets/dragoman
      - DRAGOMAN_ADMINS is "ann": it is a list of people, each written <platform>:<their id>, with commas between. Example: DRAGOMAN_ADMINS=web:owner
      - WEB_PORT is "99999": a port is a number from 0 (any free one) to 65535. Example: WEB_PORT=4080
      - WEB_URL is "dragoman.example.org": it is the http or https address by which people reach the page. Example: WEB_URL=https://dragoman.example.org
      - LOG_LEVEL is "loud": it is one of debug, info, warn, error. Example: LOG_LEVEL=info"
  `);
});

test('a file that says what we do not know is refused', () => {
  const { refusal, write } = createWorkplace();
  write('dragoman.json', {
    project: {},
    projects: { api: { directory: 'project', modle: 'x/y' }, 'a b': { directory: 'project' } },
    channels: { 'page:main': { project: 'apj' }, main: { project: 'api' } },
    verbosity: 'loud',
  });
  expect(refusal({ DRAGOMAN_DIRECTORY: '' })).toMatchInlineSnapshot(`
    "The configuration has 6 mistakes:
      - projects.api.modle in /work/dragoman.json: there is no such key; did you mean "model". Example: "projects": { "api": { "directory": "/srv/api", "model": "anthropic/claude-sonnet-4-5" } }
      - projects.a b in /work/dragoman.json: a name is 1 to 60 letters, digits, ".", "_" or "-". Example: "projects": { "api": { "directory": "/srv/api", "model": "anthropic/claude-sonnet-4-5" } }
      - channels.main in /work/dragoman.json: a channel is written <platform>:<channel>. Example: "channels": { "web:page": { "project": "api" } }
      - verbosity in /work/dragoman.json: invalid option: expected one of "quiet"|"normal"|"verbose". Example: "verbosity": "normal"
      - project in /work/dragoman.json: there is no such key; did you mean "projects". Example: "projects": { "api": { "directory": "/srv/api", "model": "anthropic/claude-sonnet-4-5" } }
      - channels."page:main".project is "apj": there are the projects api, a b. Example: "page:main": { "project": "api" }"
  `);
  write('dragoman.json', '{ "projects": ');
  expect(refusal({})).toMatch(/^\/work\/dragoman\.json: it is not JSON \(.+\)\. Example: /);
  expect(refusal({ DRAGOMAN_CONFIG: 'other.json' })).toMatchInlineSnapshot(
    `"DRAGOMAN_CONFIG names /work/other.json: there is no such file or directory. Example: DRAGOMAN_CONFIG=./dragoman.json"`,
  );
});

test('projects, servers and channels must exist', () => {
  const { refusal, write } = createWorkplace();
  write('dragoman.json', {
    servers: { one: {}, two: { password: 'x' } },
    projects: {
      api: { directory: 'project' },
      site: { directory: 'nowhere', server: 'one' },
      app: { directory: 'project', server: 'tow' },
    },
    channels: { 'page:main': { project: 'apl' } },
  });
  expect(refusal({ DRAGOMAN_DIRECTORY: '' })).toMatchInlineSnapshot(`
    "The configuration has 5 mistakes:
      - servers.two has a user, a password or files but no url: a server that we start makes its own, and its files are here. Example: "two": { "url": "http://127.0.0.1:4096", "password": "…" }
      - projects.api names no server: there are the servers one, two. Example: "server": "one"
      - projects.site.directory is /work/nowhere: there is no such file or directory. Example: "directory": "/srv/api"
      - projects.app.server is "tow": there are the servers one, two. Example: "server": "two"
      - channels."page:main".project is "apl": there are the projects api, site, app. Example: "page:main": { "project": "api" }"
  `);
});

test('mistakes in the environment, in the file and in what both mean are told in one go', () => {
  const { refusal, write } = createWorkplace();
  write('dragoman.json', {
    servers: { big: { url: 'https://big.example' }, own: {}, odd: { url: 5 } },
    projects: {
      api: { directory: 'nowhere', server: 'own' },
      site: { directory: 'project', server: 'odd' },
      wrong: { directory: 7 },
    },
    channels: { 'page:a': { project: 'wrong' }, 'page:b': { project: 'apu' } },
  });
  expect(
    refusal({ DRAGOMAN_DIRECTORY: '', WEB_PORT: 'x', PAGE_NAME: 'bad', WEB_HOST: '0.0.0.0' }),
  ).toMatchInlineSnapshot(`
    "The configuration has 8 mistakes:
      - WEB_PORT is "x": a port is a number from 0 (any free one) to 65535. Example: WEB_PORT=4080
      - projects.wrong.directory in /work/dragoman.json: invalid input: expected string, received number. Example: "projects": { "api": { "directory": "/srv/api", "model": "anthropic/claude-sonnet-4-5" } }
      - servers.odd.url in /work/dragoman.json: invalid input: expected string, received number. Example: "servers": { "big": { "url": "https://agents.example.org", "password": "…" } }
      - PAGE_NAME is "bad": it must be good. Example: PAGE_NAME=good
      - servers.big.url is https://big.example: who reaches that server can run commands on it, so it must be on this machine (127.0.0.1) or be https with a password. Example: { "url": "https://agents.example.org", "password": "…" }
      - projects.api.directory is /work/nowhere: there is no such file or directory. Example: "directory": "/srv/api"
      - channels."page:b".project is "apu": there are the projects api, site, wrong. Example: "page:b": { "project": "api" }
      - WEB_HOST is 0.0.0.0 without WEB_PASSWORD: the page drives an agent with a shell, and other machines could reach it. Example: WEB_HOST=127.0.0.1, or WEB_PASSWORD_FILE=/run/secrets/page"
  `);
});

test('an agent server in a network of one’s own needs a word of its owner', () => {
  const { refusal, load } = createWorkplace();
  const url = {
    OPENCODE_URL: 'http://opencode:4096',
    OPENCODE_SERVER_PASSWORD: 'long enough',
    DRAGOMAN_DIRECTORY: '/srv/api',
  };
  expect(refusal(url)).toMatchInlineSnapshot(
    `"OPENCODE_URL is http://opencode:4096: who reaches that server can run commands on it, so it must be on this machine (127.0.0.1) or be https with a password. In a network of your own, such as that of a compose file, http with a password does, with OPENCODE_FILES=elsewhere. Example: OPENCODE_URL=http://opencode:4096 OPENCODE_FILES=elsewhere OPENCODE_SERVER_PASSWORD=…"`,
  );
  const elsewhere = { ...url, OPENCODE_FILES: 'elsewhere' };
  expect(load(elsewhere).projects['default']?.directory).toBe('/srv/api');
  expect(refusal({ ...elsewhere, OPENCODE_SERVER_PASSWORD: '' })).toContain('http with a password does');
  for (const open of ['http://agents.example.org:4096', 'http://8.8.8.8:4096', 'http://172.32.0.1:4096'])
    expect(refusal({ ...elsewhere, OPENCODE_URL: open })).toContain('be https with a password. Example');
  for (const own of ['http://10.0.0.7:4096', 'http://192.168.1.2:4096', 'http://[fd00::7]:4096'])
    expect(load({ ...elsewhere, OPENCODE_URL: own }).servers['opencode']).toMatchObject({ url: own });
  // A tunnel: the address is of this machine, the files are not.
  const tunnel = { ...elsewhere, OPENCODE_URL: 'http://127.0.0.1:4096' };
  expect(load(tunnel).projects['default']?.directory).toBe('/srv/api');
  expect(refusal({ ...tunnel, OPENCODE_FILES: '' })).toContain('there is no such file or directory');
});

test('the project is wanted, and only once', () => {
  const { refusal, write } = createWorkplace();
  expect(refusal({ DRAGOMAN_DIRECTORY: '' })).toMatchInlineSnapshot(
    `"No project is named: Dragoman must know the directory that the agent works in. Example: DRAGOMAN_DIRECTORY=$HOME/code/api npm start"`,
  );
  expect(refusal({ DRAGOMAN_DIRECTORY: 'nowhere' })).toMatchInlineSnapshot(
    `"DRAGOMAN_DIRECTORY is /work/nowhere: there is no such file or directory. Example: DRAGOMAN_DIRECTORY=$HOME/code/api"`,
  );
  write('dragoman.json', { projects: { api: { directory: 'project' } } });
  expect(refusal({ DRAGOMAN_DIRECTORY: 'dragoman.json' })).toMatchInlineSnapshot(
    `"DRAGOMAN_DIRECTORY is set, and the file names projects: it is the one project where no file names any. Example: unset DRAGOMAN_DIRECTORY, or write "projects": { "default": { "directory": "…" } }"`,
  );
});

test('an agent server is on this machine, or behind TLS with a password', () => {
  const { refusal, load } = createWorkplace();
  const password = { OPENCODE_SERVER_PASSWORD: 'opens-it' };
  const refused = [
    'http://agents.example.org',
    'http://10.0.0.7:4096',
    'http://127.0.0.1.example.org',
    'http://0.0.0.0:1',
  ];
  for (const url of refused)
    expect(refusal({ OPENCODE_URL: url, ...password })).toContain('must be on this machine');
  expect(refusal({ OPENCODE_URL: 'https://agents.example.org' })).toMatchInlineSnapshot(`
    "The configuration has 2 mistakes:
      - OPENCODE_URL is https://agents.example.org: who reaches that server can run commands on it, so it must be on this machine (127.0.0.1) or be https with a password. Example: OPENCODE_URL=https://agents.example.org OPENCODE_SERVER_PASSWORD=…
      - DRAGOMAN_DIRECTORY is project: on another machine it must be an absolute path. Example: /srv/api"
  `);
  expect(refusal({ OPENCODE_URL: 'http://user:pw@127.0.0.1:1' })).toContain(
    'put it into OPENCODE_SERVER_PASSWORD',
  );
  const taken = ['http://127.0.0.1:4096', 'http://localhost:4096', 'http://[::1]:4096'];
  for (const url of taken)
    expect(load({ OPENCODE_URL: url }).servers['opencode']).toMatchObject({ kind: 'remote', url });
  const remote = { OPENCODE_URL: 'https://agents.example.org', ...password, DRAGOMAN_DIRECTORY: '/srv/api' };
  expect(load(remote).projects['default']?.directory).toBe('/srv/api');
  expect(refusal({ ...remote, DRAGOMAN_DIRECTORY: 'api' })).toContain(
    'on another machine it must be an absolute path',
  );
});

test('our data and the agent’s directory are apart, also behind a link', () => {
  const { refusal, cwd, load } = createWorkplace();
  expect(refusal({ DRAGOMAN_DIRECTORY: '.' })).toMatchInlineSnapshot(
    `"DRAGOMAN_DATA is /work/.dragoman: DRAGOMAN_DATA must not lie inside /work, for an agent that works there could read our secrets and approve its own requests. Example: DRAGOMAN_DATA=$HOME/.dragoman"`,
  );
  expect(refusal({ DRAGOMAN_DATA: 'project' })).toContain('DRAGOMAN_DATA=$HOME/.dragoman');
  expect(refusal({ DRAGOMAN_DATA: '.' })).toContain('must not lie inside DRAGOMAN_DATA');
  symlinkSync(join(cwd, 'project'), join(cwd, 'link'));
  expect(refusal({ DRAGOMAN_DATA: 'link/data' })).toContain('must not lie inside /work/project');
  expect(load({ DRAGOMAN_DATA: 'project-data' }).data).toBe(join(cwd, 'project-data'));
});

test('our data, the default ones too, lie outside of the git repository around a project', () => {
  const { refusal, cwd, load } = createWorkplace();
  mkdirSync(join(cwd, 'repo/packages/api'), { recursive: true });
  mkdirSync(join(cwd, 'repo/.git'));
  const inside = { DRAGOMAN_DIRECTORY: 'repo/packages/api' };
  expect(refusal({ ...inside, DRAGOMAN_DATA: 'repo/.dragoman' })).toMatchInlineSnapshot(
    `"DRAGOMAN_DATA is /work/repo/.dragoman: DRAGOMAN_DATA must not lie inside /work/repo, the git repository of /work/repo/packages/api, for an agent that works there could read our secrets and approve its own requests. Example: DRAGOMAN_DATA=$HOME/.dragoman"`,
  );
  expect(load(inside).data).toBe(join(cwd, '.dragoman'));
  // In a linked worktree `.git` is a file.
  writeFileSync(join(cwd, '.git'), 'gitdir: /elsewhere\n');
  expect(refusal({ DRAGOMAN_DIRECTORY: 'project' })).toContain('the git repository of /work/project');
  expect(load({ ...inside }).data).toBe(join(cwd, '.dragoman'));
});

test('a server reads the configuration of all its projects or of none', () => {
  const { refusal, write, load, project } = createWorkplace();
  const none = { DRAGOMAN_DIRECTORY: '' };
  const api = { directory: 'project', trustProjectConfig: true };
  write('dragoman.json', { projects: { api, site: { directory: 'project' } } });
  expect(refusal(none)).toMatchInlineSnapshot(
    `"projects.api.trustProjectConfig is true, and that of projects.site is not: both are on the server opencode, which reads the configuration of all its projects or of none; give one of them a server of its own. Example: "servers": { "opencode": {}, "trusted": {} }, "projects": { "api": { "server": "trusted", … } }"`,
  );
  write('project/opencode.json', {});
  write('dragoman.json', { projects: { site: { directory: 'project' } } });
  expect(load(none).warnings).toEqual([
    `opencode.json in ${project} is not read, for it could let agents act without asking. If you trust it: "projects": { "site": { "directory": "${project}", "trustProjectConfig": true } }`,
  ]);
  write('dragoman.json', { projects: { api, site: { directory: 'project', trustProjectConfig: true } } });
  expect(load(none).warnings).toEqual([]);
  expect(load(none).projects).toMatchObject({ api: { trustProjectConfig: true } });
  expect(refusal({ ...none, OPENCODE_URL: 'http://127.0.0.1:4096' })).toContain(
    'opencode runs already, and reads what it was started with',
  );
});

test('a data directory that others can open is refused, unless it is new', () => {
  const { refusal, cwd, load } = createWorkplace();
  const data = join(cwd, 'data');
  mkdirSync(data);
  chmodSync(data, 0o755);
  load({ DRAGOMAN_DATA: 'data' });
  chmodSync(data, 0o755);
  expect(refusal({ DRAGOMAN_DATA: 'data' })).toMatchInlineSnapshot(
    `"DRAGOMAN_DATA is /work/data: others on this machine can open it. Close it with: chmod 700 /work/data"`,
  );
});

test('a secret that several processes must share is not made up', () => {
  const { refusal, load } = createWorkplace();
  const sentence = refusal({ DATABASE_URL: 'postgres://db/x' });
  const offered = /DRAGOMAN_SECRET=(\S{43})$/.exec(sentence)?.[1];
  expect(sentence).toContain('DATABASE_URL is set without DRAGOMAN_SECRET');
  expect(load({ DATABASE_URL: 'postgres://db/x', DRAGOMAN_SECRET: offered }).secret.reveal()).toBe(offered);
});

test('half a secret is not taken for one', () => {
  const { refusal, cwd, load } = createWorkplace();
  load({});
  writeFileSync(join(cwd, '.dragoman/secret'), '');
  expect(refusal({})).toMatchInlineSnapshot(
    `"/work/.dragoman/secret does not hold a whole secret. Remove it to get a new one; the page's address changes then, and buttons shown before no longer work."`,
  );
});

test('the page is not opened to others without a password', () => {
  const { refusal, load } = createWorkplace();
  expect(refusal({ WEB_HOST: '0.0.0.0' })).toMatchInlineSnapshot(
    `"WEB_HOST is 0.0.0.0 without WEB_PASSWORD: the page drives an agent with a shell, and other machines could reach it. Example: WEB_HOST=127.0.0.1, or WEB_PASSWORD_FILE=/run/secrets/page"`,
  );
  expect(load({ WEB_HOST: '0.0.0.0', WEB_PASSWORD: 'a long enough one' }).http.loopback).toBe(false);
  expect(load({ WEB_HOST: 'localhost', WEB_URL: 'https://d.example.org/' }).http).toMatchObject({
    loopback: true,
    publicUrl: 'https://d.example.org',
  });
});
