import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../harness.ts';
import { launchChromium } from './chromium.ts';

/** The list of commands on the page, with the real gateway behind it. */

const state: { browser?: Browser; gateway?: Gateway } = {};

beforeAll(async () => {
  state.browser = await launchChromium();
  state.gateway = await startGateway({ pace: 10 });
});
afterAll(async () => {
  await state.browser?.close();
  await state.gateway?.end();
});

async function openPage(): Promise<Page> {
  const page = await state.browser?.newPage();
  if (page === undefined || state.gateway === undefined) throw new Error('nothing was started');
  page.setDefaultTimeout(15_000);
  await page.goto(state.gateway.entrance());
  await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor();
  return page;
}

test('"/" opens the list, arrows and Enter choose from it, and the command is carried out', async () => {
  const page = await openPage();
  const box = page.getByRole('textbox', { name: 'Message', exact: true });
  const list = page.getByRole('listbox', { name: 'Commands' });
  await box.pressSequentially('/');
  await expect.poll(() => list.getByRole('option').count()).toBeGreaterThan(20);
  await box.pressSequentially('st');
  await expect.poll(() => list.getByRole('option').allInnerTexts()).toHaveLength(3);
  await box.press('ArrowDown');
  await box.press('ArrowDown');
  await expect.poll(() => list.getByRole('option', { selected: true }).innerText()).toContain('/status');
  await box.press('Enter');
  await expect.poll(() => box.inputValue()).toBe('/status');
  expect(await list.isVisible()).toBe(false);
  await box.press('Enter');
  await page.getByRole('log', { name: 'Thread' }).getByText('Nothing runs.').waitFor();
});

test('Escape closes the list, a press on an entry takes it, and what is no command is a message', async () => {
  const page = await openPage();
  const box = page.getByRole('textbox', { name: 'Message', exact: true });
  const list = page.getByRole('listbox', { name: 'Commands' });
  await box.pressSequentially('!');
  await list.waitFor();
  await box.press('Escape');
  await list.waitFor({ state: 'hidden' });
  await box.fill('!ren');
  await box.fill('');
  await box.pressSequentially('!ren');
  await list.getByRole('option').click();
  await expect.poll(() => box.inputValue()).toBe('!rename ');
  await box.fill('echo !important');
  await box.press('Enter');
  await page.getByRole('log', { name: 'Thread' }).getByText('!important', { exact: true }).waitFor();
});

test('what is said in passing shows names as code', async () => {
  const page = await openPage();
  const box = page.getByRole('textbox', { name: 'Message', exact: true });
  await box.fill('!model no/such');
  await box.press('Enter');
  await expect.poll(() => page.locator('.toast code').first().innerText()).toContain('no/such');
  expect(await page.locator('.toast').innerText()).not.toContain('`');
});
