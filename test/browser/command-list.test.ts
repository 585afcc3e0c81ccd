import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { InboundEvent } from '../../src/core/channel.ts';
import { commands } from '../../src/gateway/commands/table.ts';
import { startWeb, type WebUnderTest } from '../contract/web/channel.ts';
import { launchChromium } from './chromium.ts';

/** The list of commands above the composer, in a real browser. */

let browser: Browser;
let context: BrowserContext;
let page: Page;
let web: WebUnderTest;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser.close());

beforeEach(async () => {
  web = await startWeb({ commands });
  context = await browser.newContext({ viewport: { width: 1000, height: 600 } });
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(web.entrance);
  await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor();
  await box().focus();
});

afterEach(async () => {
  await context.close();
  await web.stop();
});

const box = () => page.getByRole('textbox', { name: 'Message', exact: true });
const list = () => page.getByRole('listbox', { name: 'Commands' });
const shown = () => list().getByRole('option').locator('b').allInnerTexts();

const focused = () => page.evaluate(() => document.activeElement?.id);

/** What a screen reader says while the composer has the focus. */
async function spoken(): Promise<string> {
  const id = await box().getAttribute('aria-activedescendant');
  if (id === null) return '';
  const option = page.locator(`#${id}[role=option][aria-selected=true]`);
  return option.locator('b').innerText();
}

async function eventAt(index: number): Promise<InboundEvent> {
  await expect.poll(() => web.events.length).toBeGreaterThan(index);
  return web.events[index] ?? expect.unreachable();
}

test('a stroke lists every command in its order, and what it does', async () => {
  await page.keyboard.type('/');
  await expect.poll(shown).toEqual(commands.map(({ name }) => `/${name}`));
  const model = list().getByRole('option', { name: '/model' });
  expect(await model.innerText()).toContain(commands.find(({ name }) => name === 'model')?.description);
  await page.keyboard.press('Backspace');
  await list().waitFor({ state: 'hidden' });
  await page.keyboard.type('!st');
  await expect.poll(shown).toEqual(['!stop', '!steer', '!status']);
});

test('the arrows go round and are heard, Enter takes the command over, and Enter sends it as a command', async () => {
  await page.keyboard.type('/st');
  await expect.poll(spoken).toBe('/stop');
  await page.keyboard.press('ArrowUp');
  await expect.poll(spoken).toBe('/status');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect.poll(() => box().inputValue()).toBe('/status');
  await list().waitFor({ state: 'hidden' });
  expect(await spoken()).toBe('');
  expect(web.events).toEqual([]);
  await page.keyboard.press('Enter');
  expect(await eventAt(0)).toMatchObject({ type: 'command', name: 'status', text: '' });
  await page.locator('.own').getByText('/status').waitFor();
});

test('the one that is chosen is in sight, however long the list', async () => {
  await page.keyboard.type('/');
  await page.keyboard.press('ArrowUp');
  const last = list().getByRole('option').last();
  await expect.poll(spoken).toBe(`/${commands.at(-1)?.name}`);
  const [frame, option] = await Promise.all([list().boundingBox(), last.boundingBox()]);
  expect((option?.y ?? 0) + (option?.height ?? 0)).toBeLessThanOrEqual(
    (frame?.y ?? 0) + (frame?.height ?? 0),
  );
  expect(frame?.y).toBeGreaterThanOrEqual(0);
});

test('Tab and the mouse take over too, and leave room for the argument', async () => {
  await page.keyboard.type('/mod');
  await page.keyboard.press('Tab');
  await expect.poll(() => box().inputValue()).toBe('/model ');
  await page.keyboard.type('sonnet');
  await page.keyboard.press('Enter');
  expect(await eventAt(0)).toMatchObject({ type: 'command', name: 'model', text: 'sonnet' });
  await page.keyboard.type('!');
  await list().getByRole('option', { name: '!attach' }).click();
  await expect.poll(() => box().inputValue()).toBe('!attach ');
  await page.keyboard.type('2');
  await page.keyboard.press('Enter');
  expect(await eventAt(1)).toMatchObject({ type: 'command', name: 'attach', text: '2' });
});

test('Escape closes the list, stops nothing, and what was written goes out as it stands', async () => {
  await page.keyboard.type('!s');
  await list().waitFor();
  await page.keyboard.press('Escape');
  await list().waitFor({ state: 'hidden' });
  expect(await box().inputValue()).toBe('!s');
  await page.keyboard.type('mall talk');
  await page.keyboard.press('Enter');
  expect(await eventAt(0)).toMatchObject({ type: 'message', text: '!small talk' });
  expect(web.events).toHaveLength(1);
});

test('the list itself can have the focus, and Tab leaves it', async () => {
  await page.keyboard.type('/st');
  await list().waitFor();
  await page.keyboard.press('Shift+Tab');
  await expect.poll(focused).toBe('commands');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => list().getAttribute('aria-activedescendant')).toBe('command-1');
  await page.keyboard.press('Tab');
  await expect.poll(focused).toBe('message');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => box().inputValue()).toBe('/steer ');
  expect(await focused()).toBe('message');
});

test('a command is sent in either form, whatever its case; a path is a message', async () => {
  for (const text of ['/Status', '!help', '/review the diff', '/usr/bin is missing']) {
    await box().fill(text);
    await box().press('Enter');
  }
  await eventAt(3);
  expect(web.events).toMatchObject([
    { type: 'command', name: 'Status', text: '' },
    { type: 'command', name: 'help', text: '' },
    { type: 'command', name: 'review', text: 'the diff' },
    { type: 'message', text: '/usr/bin is missing' },
  ]);
});
