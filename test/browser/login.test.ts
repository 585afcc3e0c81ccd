/** Coming in, staying in, and leaving, in a real browser; and what other servers on this machine get to see of it. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startWeb, type WebUnderTest } from '../contract/web/channel.ts';
import { launchChromium } from './chromium.ts';

let browser: Browser;
let context: BrowserContext;
let page: Page;
let web: WebUnderTest | undefined;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
});

afterEach(async () => {
  await context.close();
  await web?.stop();
  web = undefined;
});

const box = () => page.getByRole('textbox', { name: 'Message', exact: true });
const said = () => page.locator('#sign-in').innerText();

test('the password opens the page, and a wrong one says what is asked for', async () => {
  web = await startWeb({ environment: { WEB_PASSWORD: 'a sentence that is long' } });
  await page.goto(web.entrance);
  const field = page.getByLabel('Password');
  await field.fill('a guess');
  await field.press('Enter');
  await expect.poll(said).toContain('It is the value of WEB_PASSWORD where Dragoman runs.');
  // This machine's own address is no network.
  expect(await page.getByText('This address is not encrypted').isVisible()).toBe(false);
  await field.fill('a sentence that is long');
  await page.getByRole('button', { name: 'Open' }).click();
  await box().waitFor();
});

test('a session outlives the tab, and ends where a person signs out', async () => {
  web = await startWeb({});
  await page.goto(web.entrance);
  await box().fill('a draft that nobody else is to see');
  const { origin } = new URL(web.entrance);
  const other = await context.newPage();
  await other.goto(origin);
  await other.getByRole('textbox', { name: 'Message', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect.poll(said).toContain('it opens only with its key');
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('a draft');
  await other.reload();
  await other.getByText('it opens only with its key').waitFor();
});

test('a wrong key says so; the right one opens the same tab, and leaves its address again', async () => {
  web = await startWeb({});
  await page.goto(`${new URL(web.entrance).origin}/#key=beef`);
  await expect.poll(said).toContain('This key is not the right one');
  for (const _ of ['signed out', 'signed in']) {
    await page.goto(web.entrance);
    await box().waitFor();
    await expect.poll(() => new URL(page.url()).hash).toBe('');
  }
});

test('a server on another port of this machine is sent nothing that opens the page', async () => {
  web = await startWeb({});
  const { origin, hostname } = new URL(web.entrance);
  const seen: { readonly headers: IncomingHttpHeaders; readonly url: string | undefined }[] = [];
  const development = createServer(({ headers, url }, response) => {
    seen.push({ headers, url });
    const script = 'document.title = JSON.stringify([document.cookie, { ...localStorage }]);';
    response.setHeader('content-type', 'text/html').end(`<script>${script}</script>`);
  });
  await new Promise<void>((resolve) => development.listen(0, hostname, resolve));
  try {
    await page.goto(web.entrance);
    await box().waitFor();
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage }));
    const token = String((JSON.parse(stored) as Record<string, unknown>)['dragoman.session']);
    expect(token).toMatch(/^[\w-]{40,}$/);
    await page.goto(`http://${hostname}:${(development.address() as AddressInfo).port}/`);
    expect(await page.title()).toBe('["",{}]');
    const all = JSON.stringify(seen);
    expect(seen.length).toBeGreaterThan(0);
    for (const secret of [token, new URL(web.entrance).hash.slice('#key='.length)])
      expect(all).not.toContain(secret);
    expect(await context.cookies()).toEqual([]);
    // And what is not sent opens nothing.
    expect((await fetch(`${origin}/api/events`)).status).toBe(401);
  } finally {
    development.closeAllConnections();
    development.close();
  }
});
