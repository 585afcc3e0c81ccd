import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ShownMessage } from '../contract/page-client.ts';
import { eventually, screen, settled } from '../harness.ts';
import { type SharedGateway, sharedGateway } from '../shared.ts';

/** OpenCode's own client works on a session while a thread watches. */

const execute = promisify(execFile);
const program = join(dirname(createRequire(import.meta.url).resolve('opencode-ai/package.json')), 'bin');

let gateway: SharedGateway;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'dragoman-client-'));
  gateway = await sharedGateway();
});
afterAll(async () => {
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

/** A thread with an answer, and the id of its session on the server. */
async function begin(): Promise<{ readonly thread: string; readonly session: string }> {
  const page = gateway.page();
  const thread = await page.begin();
  await page.send(thread, 'todo: here');
  await settled(page, thread);
  await page.send(thread, '!status');
  const session = await eventually('the id of the session', async () =>
    (await page.messages(thread)).map(({ text }) => /--session (ses_\w+)/.exec(text)?.[1]).find(Boolean),
  );
  return { thread, session };
}

/** `opencode run --attach`: resolves with what it printed, when it is done. */
async function runThere(session: string, text: string): Promise<string> {
  const { url, password } = await gateway.openCode();
  const options = ['--attach', url, '--session', session, '--dir', gateway.project];
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, OPENCODE_SERVER_PASSWORD: password };
  const running = execute(join(program, 'opencode.exe'), ['run', ...options, text], { env, cwd: home });
  running.child.stdin?.end();
  const { stdout } = await running;
  return stdout;
}

test('its prompt is quoted in the thread, and answered in both places', async () => {
  const { thread, session } = await begin();
  expect(await runThere(session, 'stream: from the terminal')).toContain('Store instants, show days');
  const messages = await settledAfter(thread, 'from the terminal');
  expect(screen(messages.slice(0, 1))).toMatchInlineSnapshot(`
    "Dragoman  From somebody at the agent server:
              "stream: from the terminal""
  `);
  expect(messages.at(-1)?.text).toContain('Store instants, show days');
  expect(messages.at(-1)?.footnote).toContain('scripted · build');
});

test('what it decides, the card here says', async () => {
  const { thread, session } = await begin();
  // Without `--auto` this client refuses every request by itself.
  await runThere(session, 'shell: from the terminal');
  expect(screen(await settledAfter(thread, 'from the terminal'))).toMatchInlineSnapshot(`
    "Dragoman  From somebody at the agent server:
              "shell: from the terminal"
    Dragoman  Worked · # s
              ✗ bash wc -l src/*.ts test/*.ts · failed
    Dragoman  I'll count the lines of the project's files.
    Dragoman  Wants to run a command
              wc -l src/*.ts test/*.ts
              in default · for somebody at the agent server
              ✗ Rejected by another client of the agent server · #:#
    Dragoman  The run ended with the rejection; nothing after it was done.
              scripted · build · # s · # tokens"
  `);
});

/** What stands in the thread from the message with this text on, when nothing grows any more. */
async function settledAfter(thread: string, text: string): Promise<readonly ShownMessage[]> {
  const page = gateway.page();
  await eventually(`"${text}"`, async () =>
    screen(await page.messages(thread)).includes(text) ? true : undefined,
  );
  const messages = await settled(page, thread);
  return messages.slice(messages.findIndex((message) => message.text.includes(text)));
}
