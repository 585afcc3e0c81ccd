import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Form } from '../../src/core/channel.ts';
import { commands } from '../../src/gateway/commands/table.ts';
import { startWeb, type WebUnderTest } from '../contract/web/channel.ts';
import { message } from '../unit/web/host.ts';
import { launchChromium } from './chromium.ts';

/** Contrast, names and roles, by the rules of axe: WCAG 2.2 A and AA, and its best practices. */

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const code = ['```ts', 'const day: string = date.toISOString(); // in UTC', '```'].join('\n');
const diff = ['```diff', '--- a/src/date.ts', '+++ b/src/date.ts', '@@ -1 +1 @@', '-old', '+new', '```'].join(
  '\n',
);
const table = '| call | prints |\n| --- | --- |\n| `getDate()` | 13 |';
const form: Form = {
  token: 'form',
  title: 'Answer',
  submit: 'Answer',
  fields: [
    {
      id: 'q0',
      label: 'How should a date look?',
      options: [
        { label: 'ISO', description: 'sorts by itself' },
        { label: 'Long', description: '' },
      ],
      multiple: false,
      custom: true,
      required: true,
    },
    {
      id: 'q1',
      label: 'Where?',
      options: [{ label: 'List', description: '' }],
      multiple: true,
      custom: false,
      required: true,
    },
  ],
};

const picture = {
  name: 'dot.png',
  mime: 'image/png',
  bytes: Uint8Array.from(
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  ),
};

/** A thread with one of each thing that a thread can show. */
async function furnish({ adapter, address, page }: WebUnderTest): Promise<void> {
  await page.send(address.thread, 'please fix the date test');
  const buttons = [
    { label: 'Allow once', token: 'once', style: 'primary' as const },
    { label: 'Reject', token: 'reject', style: 'danger' as const },
    { label: 'Stop', token: 'stop', style: 'plain' as const },
  ];
  const content = [
    message('▸ Working · 38 s\n\n- ✓ read `src/date.ts`', { kind: 'activity', live: true }),
    message(`# A heading\n\nText with a [link](https://example.org), *stress* and > signs.\n\n> quoted`, {}),
    message(`${code}\n\n${diff}\n\n${table}\n\n- [x] done\n- [ ] open`, {
      footnote: 'scripted · build · 2 s',
    }),
    message('⚠ Wants to run a command', { kind: 'request', buttons, live: true }),
    message('⚠ Has a question', { kind: 'request', form, live: true }),
    message('Queued behind 2 messages.', { kind: 'notice' }),
  ];
  for (const [at, one] of content.entries()) await adapter.post(address, one, `key-${at}`);
  const files = [
    await page.attach(picture),
    await page.attach({ ...picture, name: 'a.txt', mime: 'text/plain' }),
  ];
  await page.send(address.thread, '', { files });
  const patch = {
    name: 'fix.patch',
    mime: 'text/x-diff',
    bytes: picture.bytes,
    markdown: 'Fixed',
    silent: true,
  };
  await adapter.upload?.(address, patch, 'key-file');
}

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const results = (await page.evaluate('axe.run()')) as AxeResults;
  return results.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html.slice(0, 160)).join('\n  ')}`,
  );
}

test.each([
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 390 },
] as const)('nothing bars anybody from the page ($colorScheme, $width px wide)', async ({
  colorScheme,
  width,
}) => {
  const web = await startWeb({ commands });
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
  try {
    await furnish(web);
    const page = await context.newPage();
    await page.goto(web.entrance);
    const thread = page.getByRole('link', { name: /please fix the date test/ });
    await thread.waitFor();
    expect(await violations(page), 'the list of threads').toEqual([]);
    await thread.click();
    await page.getByRole('button', { name: 'Allow once' }).waitFor();
    expect(await violations(page), 'a thread').toEqual([]);
    await page
      .locator('#file')
      .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') });
    await page.getByRole('button', { name: 'Remove a.txt' }).waitFor();
    expect(await violations(page), 'files that are about to be sent').toEqual([]);
    await page.getByRole('textbox', { name: 'Message', exact: true }).pressSequentially('/');
    await page.getByRole('option', { name: '/help' }).waitFor();
    expect(await violations(page), 'the list of commands').toEqual([]);
  } finally {
    await context.close();
    await web.stop();
  }
});
