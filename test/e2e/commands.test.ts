import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { button, eventually, screen, settled } from '../harness.ts';
import { type SharedGateway, sharedGateway } from '../shared.ts';

const state: { gateway?: SharedGateway } = {};

beforeAll(async () => {
  state.gateway = await sharedGateway();
});

function gateway(): SharedGateway {
  if (state.gateway === undefined) throw new Error('the gateway did not start');
  return state.gateway;
}

/** The newest message that says so. */
function says(thread: string, text: string): Promise<string> {
  return eventually(
    `a message "${text}"`,
    async () =>
      (await gateway().page().messages(thread)).findLast((message) => message.text.includes(text))?.text,
  );
}

async function say(thread: string, text: string, answer: string): Promise<string> {
  const before = (await gateway().page().messages(thread)).length;
  await gateway().page().send(thread, text);
  return eventually(
    `an answer "${answer}" to ${text}`,
    async () =>
      (await gateway().page().messages(thread))
        .slice(before + 1)
        .findLast((message) => message.text.includes(answer))?.text,
  );
}

async function press(thread: string, label: string): Promise<void> {
  const { message, token } = await button(gateway().page(), thread, label);
  await gateway().page().press(thread, message, token);
}

async function answered(first: string): Promise<string> {
  const thread = await gateway().page().begin();
  await gateway().page().send(thread, first);
  await settled(gateway().page(), thread);
  return thread;
}

async function sessionOf(thread: string): Promise<string> {
  const status = await say(thread, '!status', '--session');
  return /--session (ses_\w+)/.exec(status)?.[1] ?? '';
}

async function onServer(path: string): Promise<unknown> {
  const { url, username, password } = await gateway().openCode();
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const query = `directory=${encodeURIComponent(gateway().project)}`;
  return (await fetch(`${url}${path}?${query}`, { headers: { authorization } })).json();
}

test('help, model, agent and status tell what the real server has', async () => {
  const thread = await answered('echo hello there');
  expect(await say(thread, '!help', 'these are for me')).toContain('!init');
  expect(await say(thread, '!model', 'Choose the model')).toContain('demo/scripted (now)');
  await press(thread, 'demo/scripted');
  await says(thread, 'run with model demo/scripted.');
  await say(thread, '!agent plan', 'run with agent plan.');
  const status = await say(thread, '!status', 'Nothing runs.');
  expect(status).toContain('default on opencode · session "echo hello there" · demo/scripted · plan');
  expect(status).toMatch(
    /opencode attach http:\/\/127\.0\.0\.1:\d+ --dir \S+ --session ses_\w+ with OPENCODE_SERVER_PASSWORD/,
  );
  expect(status).not.toContain((await gateway().openCode()).password);
  await gateway().page().send(thread, 'echo as planned');
  await eventually('the answer of the chosen agent', async () =>
    (await gateway().page().messages(thread)).find(({ footnote }) => footnote?.includes('· plan ·')),
  );
});

test('rename, todo, fork and compact reach the session on the server', async () => {
  const thread = await answered('todo');
  const session = await sessionOf(thread);
  expect(await say(thread, '!todo', '[')).not.toBe('');
  await say(thread, '!rename A better title', 'is now called "A better title"');
  expect(await onServer(`/session/${session}`)).toMatchObject({ title: 'A better title' });
  await say(thread, '!fork', 'goes on with a copy');
  const copy = await sessionOf(thread);
  expect(copy).not.toBe(session);
  await gateway().page().send(thread, 'echo in the copy');
  await says(thread, 'in the copy');
  await settled(gateway().page(), thread);
  await say(thread, '!compact', 'The conversation was summarised');
  const messages = (await onServer(`/session/${copy}/message`)) as { parts: { type: string }[] }[];
  expect(messages.some(({ parts }) => parts.some(({ type }) => type === 'compaction'))).toBe(true);
});

test('undo takes files back, redo brings them again, diff shows them', async () => {
  const page = gateway().page();
  const thread = await page.begin();
  const file = join(gateway().project, 'src/date.ts');
  const before = await readFile(file, 'utf8');
  await page.send(thread, 'edit: the date');
  await press(thread, 'Allow once');
  await settled(page, thread);
  const after = await readFile(file, 'utf8');
  expect(after).not.toBe(before);
  expect(await say(thread, '!diff', 'toISOString')).toContain('-');
  await say(thread, '!undo', 'Taken back: "edit: the date" and the answer to it; 1 file went back');
  expect(await readFile(file, 'utf8')).toBe(before);
  await say(thread, '!redo', 'Brought back: "edit: the date"');
  expect(await readFile(file, 'utf8')).toBe(after);
  await say(thread, '!undo', 'Taken back');
  await page.send(thread, 'echo something else');
  await says(thread, 'something else');
});

test('file sends what the session changed, output what a tool printed', async () => {
  const page = gateway().page();
  const thread = await page.begin();
  await page.send(thread, 'edit: the date');
  await press(thread, 'Allow once');
  await settled(page, thread);
  expect(await say(thread, '!file', 'Files that this session changed')).toMatch(/src\/date\.ts \+\d −\d/);
  await press(thread, 'src/date.ts');
  const sent = await eventually('the file', async () =>
    (await page.messages(thread)).find(({ files = [] }) => files.some(({ name }) => name === 'date.ts')),
  );
  expect(sent.text).toBe('src/date.ts');
  await page.send(thread, 'shell: count the lines');
  await press(thread, 'Allow once');
  await settled(page, thread);
  expect(await say(thread, '!output', 'bash wc -l src/*.ts test/*.ts')).toMatch(/\d+ total/);
});

test('new, sessions, attach and detach', async () => {
  const thread = await answered('echo the first one');
  const first = await sessionOf(thread);
  await say(thread, '!new', 'The next message begins a new session.');
  await gateway().page().send(thread, 'echo the second one');
  await settled(gateway().page(), thread);
  expect(await sessionOf(thread)).not.toBe(first);
  expect(await say(thread, '!sessions', 'Sessions of this project')).toContain('"echo the first one"');
  await say(thread, `!attach ${first}`, 'goes on with "echo the first one"');
  const other = await gateway().page().begin();
  await say(thread, '!detach', 'let go of its session');
  await say(other, `!attach ${first}`, 'goes on with "echo the first one"');
  expect(await sessionOf(other)).toBe(first);
  await gateway().page().send(other, 'echo goes on there');
  await says(other, 'goes on there');
});

test('steer goes into the run, stop all ends it and withdraws the queue', async () => {
  const page = gateway().page();
  const thread = await page.begin();
  await page.send(thread, 'shell: count the lines');
  await button(page, thread, 'Allow once');
  await page.send(thread, 'echo waits in the queue');
  await says(thread, 'Queued');
  await say(thread, '!steer echo steered', 'one answer will cover both');
  await say(thread, '!stop all', '1 waiting message withdrawn.');
  await says(thread, 'Stopped by You.');
  expect(await gateway().runs('echo waits in the queue')).toBe(0);
});

test('a command of the server runs as a prompt and is followed to its end', async () => {
  const page = gateway().page();
  const thread = await page.begin();
  await page.send(thread, '!hail to the tests');
  expect(screen(await settled(page, thread))).toContain('Dragoman  hail to the tests');
  const session = await sessionOf(thread);
  const stored = (await onServer(`/session/${session}/message`)) as { parts: { text?: string }[] }[];
  expect(stored[0]?.parts[0]?.text).toBe('echo hail to the tests');
});
