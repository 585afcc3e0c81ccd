import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AppStatus } from '../../../src/app/status.ts';
import type { CreateApp } from '../../../src/app.ts';
import { announce } from '../../../src/cli/announce.ts';
import { runGateway } from '../../../src/cli/run.ts';
import { showStatus } from '../../../src/cli/show-status.ts';
import { ConfigError } from '../../../src/core/errors.ts';
import { controlPath, serveControl } from '../../../src/lib/control.ts';
import { createTestClock } from '../../clock.ts';

const status: AppStatus = {
  version: '0.1.0',
  startedAt: 0,
  database: 'embedded',
  platforms: [{ id: 'web', proof: 'listening', problem: undefined, entrance: 'http://127.0.0.1:4080/#s' }],
  servers: [
    {
      server: 'opencode',
      connected: true,
      since: 0,
      version: '1.18.33',
      gate: 'asks',
      unasked: [],
      modelless: true,
      problem: '',
    },
  ],
  unlisted: [],
  counts: { threads: 0, bound: 0, inbox: 0, queued: 0, running: 0, waiting: 0 },
  turns: [],
};

const place = { cwd: '' };
beforeEach(() => {
  place.cwd = mkdtempSync(join(tmpdir(), 'dragoman-cli-'));
  mkdirSync(join(place.cwd, 'project'));
});
afterEach(() => rmSync(place.cwd, { recursive: true }));

function screen() {
  const printed: string[] = [];
  const complained: string[] = [];
  const print = (line: string) => void printed.push(line.replaceAll(place.cwd, '/work'));
  return { terminal: { print, complain: (line: string) => void complained.push(line) }, printed, complained };
}

const source = (environment: Record<string, string>) => ({ environment, directory: place.cwd, adapters: [] });

async function run(
  createApp: CreateApp,
  environment: Record<string, string> = { DRAGOMAN_DIRECTORY: 'project' },
) {
  const { terminal, printed, complained } = screen();
  const stop = new AbortController();
  const done = runGateway({
    source: source(environment),
    createApp,
    terminal,
    logForm: 'json',
    signal: stop.signal,
  });
  return { done, stop, printed, complained };
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

test('where people come in is said first; the end is clean', async () => {
  const { done, stop, printed } = await run(() => ({ run: untilAborted, status: async () => status }));
  await expect.poll(() => printed.length).toBe(3);
  expect(printed[0]).toBe('Page      http://127.0.0.1:4080/#s');
  expect(printed[1]).toMatch(/^Database {2}embedded/);
  expect(printed[2]).toBe(
    'Server    opencode · connected · OpenCode 1.18.33 · approvals on · ⚠ No model is set up on the agent server. Run `opencode auth login` there, or choose one with `!model`.',
  );
  stop.abort();
  expect(await done).toBe(0);
});

test('what the operator can mend is one plain sentence', async () => {
  const never: CreateApp = () => {
    throw new Error('it should not have come to this');
  };
  const refused = await run(never, {});
  expect(await refused.done).toBe(2);
  expect(refused.complained).toEqual([expect.stringMatching(/^No project is named: .* npm start$/)]);

  const port = new ConfigError('Port 4080 is taken.');
  const taken = await run(() => ({ run: () => Promise.reject(port), status: async () => status }));
  expect(await taken.done).toBe(2);
  expect(taken.complained).toEqual(['Port 4080 is taken.']);
});

test('a mistake of ours ends with its stack', async () => {
  const broken = new TypeError('of undefined');
  const { done, complained } = await run(() => ({
    run: () => Promise.reject(broken),
    status: async () => status,
  }));
  expect(await done).toBe(1);
  expect(complained.join()).toContain('run.test.ts');
});

test('servers that come late are told late', async () => {
  const clock = createTestClock();
  const { terminal, printed } = screen();
  const far: AppStatus = {
    ...status,
    servers: status.servers.map((server) => ({ ...server, connected: false, since: clock.now() })),
  };
  const begin = clock.now();
  const said = announce({
    status: async () => (clock.now() < begin + 5000 ? far : status),
    terminal,
    clock,
    signal: new AbortController().signal,
  });
  await clock.advance(4900);
  expect(printed).toHaveLength(2);
  await clock.advance(200);
  await said;
  expect(printed).toHaveLength(3);
});

test('a server that never comes is told as it is, when patience ends', async () => {
  const clock = createTestClock();
  const { terminal, printed } = screen();
  const far: AppStatus = {
    ...status,
    servers: status.servers.map((server) => ({ ...server, connected: false, since: clock.now() })),
  };
  const said = announce({ status: async () => far, terminal, clock, signal: new AbortController().signal });
  await clock.advance(60_000);
  await said;
  expect(printed.at(-1)).toBe('Server    opencode · not answering for 1 min 0 s');
});

test('status asks the process that runs', async () => {
  const stop = new AbortController();
  const path = controlPath(join(place.cwd, '.dragoman'));
  mkdirSync(join(place.cwd, '.dragoman'));
  const silent = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  const served = serveControl(path, { status: async () => status }, { signal: stop.signal, log: silent });
  const { terminal, printed } = screen();
  await expect.poll(() => showStatus(source({}), false, terminal)).toBe(0);
  expect(printed).toContain('Page      http://127.0.0.1:4080/#s');
  expect(await showStatus(source({}), true, terminal)).toBe(0);
  expect(JSON.parse(printed.at(-1) ?? '')).toEqual({ running: true, ...status });
  stop.abort();
  await served;
});

test('without a running process and without data, status says so and makes nothing', async () => {
  const { terminal, printed } = screen();
  expect(await showStatus(source({}), false, terminal)).toBe(3);
  expect(printed).toEqual(['Dragoman is not running on /work/.dragoman.', 'Nothing is stored there yet.']);
  expect(await showStatus(source({}), true, terminal)).toBe(3);
  expect(printed.at(-1)).toBe('{"running":false}');
});
