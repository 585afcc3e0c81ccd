import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoEnvironment, demoPlaces } from '../../src/demo/environment.ts';
import { writeServerHome } from '../../src/demo/home.ts';
import { writeScratchProject } from '../../src/demo/project.ts';
import { identityOf } from '../../src/opencode/processes.ts';
import { button, eventually, type Gateway, settled, startGateway } from '../harness.ts';
import { pagePlace } from './place.ts';
import { agentScreen, firstText, words } from './world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const state: { gateway?: Gateway } = {};

beforeAll(async () => {
  state.gateway = await startGateway({ pace: 8 });
});
afterAll(() => state.gateway?.end());

function gateway(): Gateway {
  if (state.gateway === undefined) throw new Error('the gateway did not start');
  return state.gateway;
}

async function openCodePid(): Promise<number> {
  const record = join(dirname(gateway().project), 'data', 'server-opencode', 'opencode.json');
  const { pid }: { readonly pid: number } = JSON.parse(await readFile(record, 'utf8'));
  return pid;
}

test('a second start on the same embedded data is refused with a sentence that says what to do', async () => {
  const env = demoEnvironment(dirname(gateway().project), gateway().model.url, process.env);
  const second = spawn(process.execPath, ['src/cli.ts', 'start'], {
    cwd: root,
    env: { ...env, WEB_PORT: '0' },
  });
  const said: string[] = [];
  second.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const [code] = await once(second, 'exit');
  expect(code).toBe(2);
  expect(said.join('')).toMatch(/The embedded database is in use by process \d+ .* set DATABASE_URL/);
  expect(said.join('')).not.toMatch(/\n\s+at /);
  expect((await fetch(gateway().url('/readyz'))).status).toBe(200);
});

test('SIGTERM to npm ends the gateway that it started, with its agent server', async () => {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'dragoman-npm-')));
  const places = demoPlaces(base);
  await mkdir(places.data, { recursive: true, mode: 0o700 });
  await writeServerHome(places);
  await writeFile(places.config, '{}');
  await writeScratchProject(places.project, process.env['PATH'] ?? '');
  const env = { ...demoEnvironment(base, gateway().model.url, process.env), WEB_PORT: '0' };
  const npm = spawn('npm', ['start'], { cwd: root, env });
  let said = '';
  npm.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const record = await eventually('the gateway and its agent server run', async () =>
    /^Server .*connected/m.test(said)
      ? (JSON.parse(await readFile(join(places.data, 'server-opencode/opencode.json'), 'utf8')) as {
          readonly pid: number;
        })
      : undefined,
  );
  npm.kill('SIGTERM');
  await once(npm, 'exit');
  await eventually('the agent server is stopped', async () =>
    (await identityOf(record.pid)) === undefined ? true : undefined,
  );
  // Nobody holds the data any more: the lock of the embedded database goes with the process.
  const holder = await eventually('the gateway is gone', async () =>
    (await readdir(places.data)).includes('control.sock') ? undefined : 'nobody',
  );
  expect(holder).toBe('nobody');
  await rm(base, { recursive: true, force: true, maxRetries: 5 });
});

test('SIGTERM in mid-answer ends everything within 10 s, and the next start goes on', async () => {
  const page = gateway().page();
  const thread = await page.begin();
  await page.send(thread, 'stream: until it stops');
  await firstText(pagePlace(gateway()), thread);
  const before = await page.messages(thread);
  const pid = await openCodePid();
  const since = performance.now();
  expect(await gateway().stop()).toBe(0);
  expect(performance.now() - since).toBeLessThan(10_000);
  expect(await identityOf(pid)).toBeUndefined();
  await gateway().start();
  const after = await settled(gateway().page(), thread);
  expect(words(after)).toContain('going on with the same message.');
  expect(words(after)).toContain('That is all: one rule, one function, one test.');
  const texts = (messages: typeof after) =>
    messages.filter(({ kind }) => kind === 'text').map(({ id }) => id);
  expect(texts(after)).toEqual(texts(before));
});

test('nobody reads its output any more: it works on, and SIGTERM still ends everything', async () => {
  const page = gateway().page();
  const pid = await openCodePid();
  gateway().hangUp();
  const thread = await page.begin();
  await page.send(thread, 'echo unheard.');
  expect(words(await settled(page, thread))).toContain('unheard.');
  expect(await gateway().stop()).toBe(0);
  expect(await identityOf(pid)).toBeUndefined();
  await gateway().start();
});

test('a button that is pressed twice at once settles once', async () => {
  const page = gateway().page();
  const thread = await page.begin();
  // A retry of this test is another prompt.
  const text = `shell: pressed twice, ${randomUUID()}`;
  await page.send(thread, text);
  const { message, token } = await button(page, thread, 'Allow once');
  const presses = await Promise.all([1, 2, 3].map(() => page.press(thread, message, token)));
  expect(presses.map(({ ok }) => ok)).toEqual([true, true, true]);
  const screen = agentScreen(await settled(page, thread));
  expect(screen.match(/Allowed once by You/g)).toHaveLength(1);
  expect(screen.match(/The command ran/g)).toHaveLength(1);
  expect(gateway().model.runs(text)).toBe(1);
});

test('the same message sent again and again is one prompt', async () => {
  const page = gateway().page();
  const thread = await page.begin();
  const id = 'the-same-message';
  const saying = `said once, ${randomUUID()}.`;
  const text = `echo ${saying}`;
  const sent = await Promise.all([1, 2, 3].map(() => page.send(thread, text, { id })));
  expect(sent.map(({ status }) => status)).toEqual([202, 202, 202]);
  await settled(page, thread);
  expect((await page.send(thread, text, { id })).status).toBe(202);
  const after = await eventually('the answer stands', async () => {
    const messages = await settled(page, thread);
    return words(messages) === saying ? messages : undefined;
  });
  expect(after.filter(({ from }) => from === 'person')).toHaveLength(1);
  expect(gateway().model.runs(text)).toBe(1);
});
