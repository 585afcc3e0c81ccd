import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWeb } from '../contract/web/channel.ts';
import { launchChromium } from './chromium.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
});

test('the password opens the page, and a wrong one says what is asked for', async () => {
  const web = await startWeb({ environment: { WEB_PASSWORD: 'a sentence that is long' } });
  const page = await browser.newPage();
  try {
    await page.goto(web.entrance);
    const field = page.getByLabel('Password');
    await field.fill('a guess');
    await field.press('Enter');
    await expect
      .poll(() => page.locator('main').innerText())
      .toContain('It is the value of WEB_PASSWORD where Dragoman runs.');
    await field.fill('a sentence that is long');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor();
  } finally {
    await page.close();
    await web.stop();
  }
});
