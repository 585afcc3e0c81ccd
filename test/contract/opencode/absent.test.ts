/** Servers that cannot be worked with: each is told as what it is, in status and to the doctor. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { createAgent, inspectServer } from '../../../src/opencode/index.ts';
import { createWorld, eventually, start, type World, writeUserConfiguration } from './world.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const page = { status: 200, type: 'text/html', body: '<html>OpenCode</html>' };
const unauthorized = { status: 401, type: 'application/json', body: '{"_tag":"UnauthorizedError"}' };
const info = (version: string) => ({
  status: 200,
  type: 'application/json',
  body: JSON.stringify({ version, pid: 1, urls: [], paths: { tmp: '/tmp' } }),
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that answers these paths so, and all else with a web page. */
async function standIn(paths: Readonly<Record<string, Answer>>): Promise<string> {
  const answer: RequestListener = (request, response) => {
    const { status, type, body } = paths[new URL(request.url ?? '/', 'http://x').pathname] ?? page;
    response.writeHead(status, { 'content-type': type }).end(body);
  };
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function statusOf(url: string): () => string {
  const stop = new AbortController();
  const endpoint = { url, username: 'opencode', password: 'of the other line' };
  const agent = createAgent({
    ...{ server: 'main', endpoint: async () => endpoint, directories: ['/p'], clock: systemClock, log },
  });
  const running = agent.run(() => {}, stop.signal);
  closing.push(() => {
    stop.abort();
    return running;
  });
  return () => agent.status().problem;
}

const fix =
  'Run OpenCode 1.18.33 there (npm install -g opencode-ai@1.18.33), or unset OPENCODE_URL: Dragoman then starts the right one itself.';

it.each([
  ['that takes the password', { '/api/info': info('2.0.26') }, '2.0.26'],
  ['that does not take it', { '/api/info': unauthorized }, '2'],
  ['of the first days', { '/api/health': { ...info('x'), body: '{"healthy":true}' } }, '2'],
])('OpenCode 2 %s is told as that, not as a wrong password', async (_, paths, version) => {
  const url = await standIn(paths);
  const problem = `This is OpenCode ${version}, whose language Dragoman does not speak yet.`;
  const status = statusOf(url);
  await eventually(() => expect(status()).toBe(`${problem} ${fix}`));
  const endpoint = { url, username: 'opencode', password: 'x' };
  expect(await inspectServer(endpoint, ['/p'], systemClock)).toMatchObject({ version, problem, fix });
});

it('a wrong password of the first line, and a page that is no OpenCode, are not taken for it', async () => {
  const endpoint = { username: 'opencode', password: 'x' };
  const locked = await standIn({ '/api/info': unauthorized, '/global/health': unauthorized });
  await expect(inspectServer({ ...endpoint, url: locked }, ['/p'], systemClock)).rejects.toThrow(
    'it does not take this password',
  );
  const other = await standIn({});
  await expect(inspectServer({ ...endpoint, url: other }, ['/p'], systemClock)).rejects.toThrow(
    'it does not know this',
  );
});

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

it('a configuration of the person’s that our own server cannot read is named with file, line and reason', async () => {
  await writeUserConfiguration(world, '{\n  "permission": {"bash": "ask",,}\n}\n');
  const running = start(world);
  closing.push(running.stop);
  await eventually(() =>
    expect(running.server.failure()).toBe(
      `OpenCode cannot read its configuration ${world.home}/config/opencode/opencode.json: line 2, column 32: property name expected.`,
    ),
  );
});
