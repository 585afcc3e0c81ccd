/** What a person does with whole threads, and what the browser tells who looks elsewhere. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ThreadAddress } from '../../src/core/channel.ts';
import { startWeb, type WebUnderTest } from '../contract/web/channel.ts';
import { message } from '../unit/web/host.ts';
import { launchChromium } from './chromium.ts';

let browser: Browser;
let context: BrowserContext;
let page: Page;
let web: WebUnderTest;
const problems: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  web = await startWeb({});
  context = await browser.newContext({ viewport: { width: 1000, height: 600 } });
  page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  page.setDefaultTimeout(15_000);
});

afterEach(async () => {
  await context.close();
  await web.stop();
  expect(problems.splice(0)).toEqual([]);
});

const box = () => page.getByRole('textbox', { name: 'Message', exact: true });
const listed = () => page.locator('#threads .thread-title').allInnerTexts();

async function say(text: string): Promise<ThreadAddress> {
  const before = web.events.length;
  await box().fill(text);
  await box().press('Enter');
  await expect.poll(() => web.events.length, { timeout: 10_000 }).toBeGreaterThan(before);
  const event = web.events[before];
  if (event === undefined) throw new Error('no event');
  return event.address;
}

async function twoThreads(): Promise<readonly [ThreadAddress, ThreadAddress]> {
  await page.goto(web.entrance);
  const first = await say('why is the date test red');
  await web.adapter.post(first, message('It compares it with UTC.'), 'key-1');
  await page.getByRole('link', { name: 'New thread' }).click();
  const second = await say('write a changelog');
  await web.adapter.post(second, message('Done.'), 'key-2');
  await expect.poll(listed).toEqual(['write a changelog', 'why is the date test red']);
  return [first, second];
}

test('threads are found, put away and deleted', async () => {
  await twoThreads();
  const find = page.getByRole('searchbox', { name: 'Find in threads' });
  await find.fill('utc');
  await expect.poll(listed).toEqual(['why is the date test red']);
  await find.fill('no such words');
  await page.getByText('No thread has these words.').waitFor();
  await find.press('Escape');
  await expect.poll(listed).toHaveLength(2);

  await page.getByRole('button', { name: 'Archive', exact: true }).click();
  await expect.poll(listed).toEqual(['why is the date test red']);
  const archived = page.getByRole('button', { name: 'Archived' });
  await archived.click();
  await expect.poll(listed).toEqual(['write a changelog']);
  await page.getByRole('button', { name: 'Take back' }).click();
  await page.getByText('Nothing is archived.').waitFor();
  await archived.click();

  await page.getByRole('button', { name: 'Delete thread' }).click();
  await page.getByRole('button', { name: 'Delete it?' }).click();
  await expect.poll(listed).toEqual(['why is the date test red']);
});

test('the list shows the name of the session', async () => {
  const [first] = await twoThreads();
  await web.adapter.entitle?.(first, 'Fix the date test');
  await expect.poll(listed).toContain('Fix the date test');
});

test('words of either direction stand as they are read', async () => {
  await page.goto(web.entrance);
  const address = await say('שלום dragoman');
  await web.adapter.post(address, message('אחת\n\ntwo'), 'key-1');
  const direction = (selector: string) =>
    page.locator(selector).evaluateAll((all) => all.map((one) => getComputedStyle(one).direction));
  await expect.poll(() => direction('.own .bubble')).toEqual(['rtl']);
  expect(await direction('.agent .body p')).toEqual(['rtl', 'ltr']);
});

test('a card and an end ring where the page is not looked at, and nothing rings twice', async () => {
  const { origin } = new URL(web.entrance);
  await context.grantPermissions(['notifications'], { origin });
  // What the system shows cannot be seen from here: it is taken down where the page hands it over.
  await page.addInitScript(() => {
    const told: string[] = [];
    Object.assign(globalThis, { told });
    class Told extends EventTarget {
      static readonly permission = 'granted';
      static requestPermission = async () => 'granted';
      constructor(title: string, { body }: { readonly body: string }) {
        super();
        told.push(`${title}: ${body}`);
      }
      close(): void {}
    }
    Object.defineProperty(globalThis, 'Notification', { value: Told });
    Object.defineProperty(document, 'visibilityState', {
      get: () => ((globalThis as { away?: boolean }).away ? 'hidden' : 'visible'),
    });
  });
  await page.goto(web.entrance);
  const told = () => page.evaluate(() => (globalThis as unknown as { told: readonly string[] }).told);
  const address = await say('deploy it');
  const card = message('Wants to run `deploy`', {
    kind: 'request',
    live: true,
    buttons: [{ label: 'Allow once', token: 't', style: 'primary' }],
  });
  const id = await web.adapter.post(address, card, 'key-1');
  await page.getByRole('button', { name: 'Allow once' }).waitFor();
  expect(await told()).toEqual([]);
  await web.adapter.edit(address, id, message('Allowed once', { kind: 'request' }));
  await page.getByText('Allowed once').waitFor();
  await page.evaluate(() => Object.assign(globalThis, { away: true }));
  await web.adapter.edit(address, id, card);
  await expect.poll(told).toEqual(['deploy it: Waits for you']);
  await web.adapter.edit(address, id, message('Allowed once', { kind: 'request' }));
  await expect.poll(told).toEqual(['deploy it: Waits for you', 'deploy it: Done']);
  const off = page.getByRole('button', { name: 'Notifications on' });
  await off.click();
  await web.adapter.edit(address, id, card);
  await page.getByRole('button', { name: 'Allow once' }).waitFor();
  expect(await told()).toHaveLength(2);
});
