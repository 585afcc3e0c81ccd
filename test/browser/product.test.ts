import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../harness.ts';
import { launchChromium } from './chromium.ts';

/** A person at the page: real Chromium, real gateway, real OpenCode, scripted model. Pictures: test/output. */

const pictures = 'test/output';
const parts: { browser?: Browser; gateway?: Gateway } = {};
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  parts.browser = await launchChromium();
  // The page must find the restarted gateway where it was.
  parts.gateway = await startGateway({ pace: 25, env: { WEB_PORT: String(await freePort()) } });
});

afterAll(async () => {
  await parts.browser?.close();
  await parts.gateway?.end();
});

beforeEach(() => open({ width: 1280, height: 800 }, 'light'));

afterEach(() => context.close());

async function open(
  viewport: { width: number; height: number },
  colorScheme: 'light' | 'dark',
): Promise<void> {
  if (parts.browser === undefined) throw new Error('no browser');
  context = await parts.browser.newContext({ viewport, colorScheme });
  page = await context.newPage();
  page.setDefaultTimeout(45_000);
  await page.goto(gateway().entrance());
  // On a phone the list of threads is shown first.
  await page.getByRole('main').waitFor();
}

function gateway(): Gateway {
  if (parts.gateway === undefined) throw new Error('no gateway');
  return parts.gateway;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const log = () => page.getByRole('log', { name: 'Thread' });
const press = (name: string) => log().getByRole('button', { name, exact: true }).click();
const ended = () => log().getByText('scripted · build').last().waitFor();
const picture = (name: string) => page.screenshot({ path: `${pictures}/${name}.png` });

async function say(text: string): Promise<void> {
  await page.evaluate('location.hash = "#new"');
  await page.getByRole('heading', { name: 'New thread' }).waitFor();
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

async function growing(): Promise<number> {
  await log().getByText('A date without a time zone').waitFor();
  return (await log().innerText()).length;
}

async function grownBeyond(length: number): Promise<void> {
  await expect
    .poll(async () => (await log().innerText()).length, { timeout: 30_000 })
    .toBeGreaterThan(length);
}

test('writes, sees it grow, and reads the end', async () => {
  await say('stream: show me how Markdown looks');
  await grownBeyond(await growing());
  await ended();
  expect(await log().getByRole('table').count()).toBe(1);
  await picture('stream');
});

test('sends files, which reach the model as they are', async () => {
  await page.locator('#file').setInputFiles([
    { name: 'notes.md', mimeType: 'text/markdown', buffer: Buffer.from('# Notes\n') },
    { name: 'dot.png', mimeType: 'image/png', buffer: dot },
  ]);
  await say('files: what came with this?');
  await log().getByText('I got 2 files').waitFor();
  await log()
    .getByText(/dot\.png: image\/png, \d+ bytes/)
    .waitFor();
  await ended();
  await picture('files');
});

test('approves a command, and rejects one with a reason', async () => {
  await say('shell: count the lines');
  await log().getByRole('button', { name: 'Allow once', exact: true }).waitFor();
  await picture('shell-asks');
  await press('Allow once');
  await log().getByText('Allowed once by You').waitFor();
  await ended();
  await picture('shell');

  await say('shell: count them again');
  await press('Reject with reason');
  await log().getByRole('textbox').fill('not today');
  await log().getByRole('button', { name: 'Reject', exact: true }).last().click();
  await log().getByText('Your reason was: not today').waitFor();
  await picture('shell-rejected');
});

test('answers a question by its form, sees a diff, to-dos, a sub-agent and a provider that fails', async () => {
  await say('question: ask me');
  await log().getByRole('radio').first().check();
  await log().getByRole('checkbox').first().check();
  await picture('question-asks');
  await log()
    .getByRole('button', { name: /Answer|Send/ })
    .last()
    .click();
  await log().getByText('Thank you. I understood').waitFor();
  await picture('question');

  await say('edit: mend the date');
  await log().getByRole('button', { name: 'Allow once', exact: true }).waitFor();
  await picture('edit-asks');
  await press('Allow once');
  await log().getByText('1 file changed').waitFor();
  await picture('edit');

  await say('todo: make a plan');
  await log().getByText('3 of 3').waitFor();
  await picture('todo');

  await say('subagent: ask somebody else');
  await press('Allow once');
  await log().getByText('The sub-agent is back').waitFor();
  await picture('subagent');

  await say('error: let the provider fail first');
  await log().getByText('next try at').waitFor();
  await picture('error-retries');
  await log().getByText('This is the third try').waitFor();
  await picture('error');
});

test('reloads in mid-stream, and it goes on', async () => {
  await say('stream: and reload');
  const before = await growing();
  await page.reload();
  await grownBeyond(before);
  await ended();
});

test('the gateway is killed and started in mid-stream: the page finds it again, the same message grows', async () => {
  await say('stream: and restart');
  const before = await growing();
  const messages = await log().getByText('A date without a time zone').count();
  await gateway().kill();
  await gateway().start();
  await grownBeyond(before);
  await ended();
  expect(await log().getByText('A date without a time zone').count()).toBe(messages);
  await picture('restarted');
});

test('stops with the button that stands at the live message', async () => {
  await say('slow: take your time');
  await press('Stop');
  await log().getByText('Stopped by You.').waitFor();
  await picture('stopped');
});

test('on a phone, in the dark: one thing at a time, nothing to scroll sideways', async () => {
  await context.close();
  await open({ width: 390, height: 844 }, 'dark');
  await say('long: explain it all');
  await log().getByText('scripted · build').last().waitFor();
  await picture('phone-long');
  await page.evaluate('document.querySelector("[aria-label=\'Back\'], .back")?.click()');
  const sideways = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  expect(sideways).toBe(false);
  await picture('phone-list');
});
