import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { MessageEvent, OutboundFile } from '../../src/core/channel.ts';
import { startWeb, type WebUnderTest } from '../contract/web/channel.ts';
import { launchChromium } from './chromium.ts';

/** Files on the page, in a real browser. */

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
  web = await startWeb({ commands: [{ name: 'status', description: 'What runs' }] });
  context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (entry) => entry.text().includes('Content Security') && problems.push(entry.text()));
  page.setDefaultTimeout(15_000);
  await page.goto(web.entrance);
  await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor();
  await box().waitFor();
});

afterEach(async () => {
  await context.close();
  await web.stop();
  expect(problems.splice(0)).toEqual([]);
});

const box = () => page.getByRole('textbox', { name: 'Message', exact: true });
const attached = () => page.getByRole('list', { name: 'Attached files' }).getByRole('listitem');
const send = () => page.getByRole('button', { name: 'Send', exact: true });
const text = (name: string, content: string) => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(content),
});
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

type Payload = ReturnType<typeof text>;

async function choose(...files: Payload[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach files' }).click();
  await (await chooser).setFiles(files);
}

/** As the browser does when files are dropped on the page, or pasted where one writes. */
async function hand(
  as: 'drop' | 'paste',
  files: readonly { name: string; type: string; text: string }[],
  words = '',
) {
  await box().evaluate(
    (element, given) => {
      const data = new DataTransfer();
      for (const { name, type, text: content } of given.files)
        data.items.add(new File([content], name, { type }));
      if (given.words !== '') data.setData('text/plain', given.words);
      const options = { bubbles: true, cancelable: true };
      if (given.as === 'paste')
        element.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: data }));
      else
        for (const type of ['dragover', 'drop'])
          document.body.dispatchEvent(new DragEvent(type, { ...options, dataTransfer: data }));
    },
    { as, files, words },
  );
}

/** The newest message, when it has come. */
async function message(count = 1): Promise<MessageEvent> {
  const messages = () => web.events.filter((event) => event.type === 'message');
  await expect.poll(() => messages().length).toBe(count);
  const last = messages().at(-1);
  if (last === undefined) throw new Error('no message');
  return last;
}

async function bytesOf({ attachments = [] }: MessageEvent): Promise<readonly string[]> {
  const { signal } = new AbortController();
  const all = attachments.map((file) => web.adapter.download?.(file, 10_000_000, signal));
  return (await Promise.all(all)).map((bytes) => new TextDecoder().decode(bytes));
}

test('files are chosen by the button, one is removed, the others go with the message', async () => {
  await choose(text('one.txt', 'first'), text('two.txt', 'second'), text('three.txt', 'third'));
  await expect.poll(() => attached().count()).toBe(3);
  await page.getByRole('button', { name: 'Remove two.txt' }).click();
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
    'Remove three.txt',
  );
  await box().fill('please read these');
  await box().press('Enter');
  const sent = await message();
  expect(sent.text).toBe('please read these');
  expect(sent.attachments?.map(({ name, mime, size }) => [name, mime, size])).toEqual([
    ['one.txt', 'text/plain', 5],
    ['three.txt', 'text/plain', 5],
  ]);
  expect(await bytesOf(sent)).toEqual(['first', 'third']);
  expect(await attached().count()).toBe(0);
  await expect
    .poll(() => page.locator('.own:not(.outgoing) .file-name').allInnerTexts())
    .toEqual(['one.txt', 'three.txt']);
});

test('files can go without a word, and name the thread then', async () => {
  expect(await send().isDisabled()).toBe(true);
  await choose(text('notes.txt', 'five!'));
  await expect.poll(() => send().isDisabled()).toBe(false);
  await send().click();
  expect((await message()).text).toBe('');
  await page
    .getByRole('link', { name: /notes\.txt/ })
    .first()
    .waitFor();
  await expect.poll(() => page.title()).toBe('notes.txt · Dragoman');
});

test('files are dropped anywhere on the page', async () => {
  await hand('drop', [{ name: 'dropped.txt', type: 'text/plain', text: 'from the desktop' }]);
  await expect.poll(() => attached().count()).toBe(1);
  expect(await page.locator('#drop').isVisible()).toBe(false);
  await box().press('Enter');
  expect(await bytesOf(await message())).toEqual(['from the desktop']);
});

test('a picture is pasted; what is also text is pasted as text', async () => {
  await hand('paste', [{ name: 'image.png', type: 'image/png', text: 'table' }], 'a | b');
  expect(await attached().count()).toBe(0);
  await hand('paste', [{ name: 'image.png', type: 'image/png', text: 'picture' }]);
  await expect.poll(() => attached().allInnerTexts()).toEqual([expect.stringContaining('image.png')]);
});

test('a text that is longer than a message is attached as a file, and the page says so', async () => {
  const long = 'a line of a log\n'.repeat(20_000);
  await hand('paste', [], long);
  await page.getByText('so it is attached as pasted.txt').waitFor();
  await expect.poll(() => attached().allInnerTexts()).toEqual([expect.stringContaining('pasted.txt')]);
  expect(await box().inputValue()).toBe('');
  await box().fill('why does it fail?');
  await box().press('Enter');
  expect(await bytesOf(await message())).toEqual([long]);
});

test('what is too large, empty or too much is left out with a sentence', async () => {
  await choose(
    text('empty.txt', ''),
    text('large.bin', 'x'.repeat(10 * 1024 * 1024 + 1)),
    text('good.txt', 'good'),
  );
  await page.getByText('empty.txt is empty, so it was not attached.').waitFor();
  await page.getByText('large.bin is over 10 MB, so it was not attached.').waitFor();
  await expect.poll(() => attached().count()).toBe(1);
  await choose(...Array.from({ length: 10 }, (_, n) => text(`${n}.txt`, `${n}`)));
  await page.getByText('9.txt was not attached: at most 10 files go with one message.').waitFor();
  expect(await attached().count()).toBe(10);
});

test('a message waits for its files, and goes by itself when they are there', async () => {
  const gate = Promise.withResolvers<void>();
  await page.route('**/parts/*', async (route) => {
    await gate.promise;
    await route.continue();
  });
  await choose(text('slow.txt', 'slowly'));
  await box().fill('read it');
  await box().press('Enter');
  await page.getByRole('button', { name: 'Sending' }).waitFor();
  expect(await page.getByRole('progressbar', { name: 'Sending slow.txt' }).isVisible()).toBe(true);
  expect(web.events).toEqual([]);
  gate.resolve();
  expect(await bytesOf(await message())).toEqual(['slowly']);
});

test('a file is brought when the server answers again', async () => {
  await page.route('**/parts/*', (route) => route.abort());
  await choose(text('later.txt', 'later'));
  await attached().getByText('waiting').waitFor();
  await page.unroute('**/parts/*');
  await expect.poll(() => attached().getByRole('progressbar').count()).toBe(0);
  await box().press('Enter');
  expect(await bytesOf(await message())).toEqual(['later']);
});

test('the files of a draft are there after a reload, and belong to their thread', async () => {
  await choose(text('kept.txt', 'kept'));
  await expect.poll(() => attached().getByRole('progressbar').count()).toBe(0);
  await page.reload();
  await expect.poll(() => attached().allInnerTexts()).toEqual([expect.stringContaining('kept.txt')]);
  await page.goto(`${new URL(web.entrance).origin}/#${web.address.thread}`);
  await expect.poll(() => attached().count()).toBe(0);
  await page.goto(`${new URL(web.entrance).origin}/#new`);
  await expect.poll(() => attached().count()).toBe(1);
  await box().press('Enter');
  expect(await bytesOf(await message())).toEqual(['kept']);
});

test('a message that the server refuses says why and keeps its files', async () => {
  await choose(text('kept.txt', 'kept'));
  await box().fill('/status');
  await send().click();
  await page.getByText('Not sent. A command takes no files.').waitFor();
  await page.locator('.outgoing').getByText('kept.txt').waitFor();
});

test('a file of the agent is shown with its name, size and caption, and downloads whole', async () => {
  await web.page.send(web.address.thread, 'the diff, please');
  await page.goto(`${new URL(web.entrance).origin}/#${web.address.thread}`);
  const every = Uint8Array.from({ length: 1024 }, (_, n) => n % 256);
  const file: OutboundFile = {
    name: 'fix date.patch',
    mime: 'text/x-diff',
    bytes: every,
    markdown: '2 files changed, **+12** −3',
    silent: true,
  };
  await web.adapter.upload?.(web.address, file, 'key-1');
  const shown = page.getByRole('article', { name: /^File, / });
  expect(await shown.locator('.body').innerText()).toBe('2 files changed, +12 −3');
  const download = page.waitForEvent('download');
  await shown.getByRole('link', { name: 'fix date.patch 1 kB Download' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('fix date.patch');
  expect([...(await readFile(await saved.path()))]).toEqual([...every]);
});

test('a picture is shown small in its message', async () => {
  await choose({ name: 'dot.png', mimeType: 'image/png', buffer: png });
  await expect.poll(() => attached().locator('.thumb img').count()).toBe(1);
  await box().press('Enter');
  await message();
  const picture = page.locator('.own:not(.outgoing) .picture img');
  await expect
    .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth).catch(() => 0))
    .toBe(1);
});

test('a page that is sent as a file runs no script in ours', async () => {
  const script =
    '<script>document.title = "taken over"</script><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';
  const id = await web.page.attach({
    name: 'x.html',
    mime: 'text/html',
    bytes: Uint8Array.from(Buffer.from(script)),
  });
  const opened = context.waitForEvent('page');
  await page.evaluate((file) => void window.open(`/api/files/${file}`), id);
  // Its address alone opens nothing, not even for the one who sent it.
  await (await opened).getByText('not signed in').waitFor();
  expect(await (await opened).title()).not.toContain('taken over');
  expect(await page.title()).not.toContain('taken over');
});

test('all of it works by the keyboard alone', async () => {
  await choose(text('one.txt', '1'));
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('message');
  await page.keyboard.press('Shift+Tab');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
    'Remove one.txt',
  );
  await page.keyboard.press('Enter');
  await expect.poll(() => attached().count()).toBe(0);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('message');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('attach');
});
