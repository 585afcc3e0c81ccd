import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ChannelAdapter, Form, InboundEvent, ThreadAddress } from '../../src/core/channel.ts';
import { startWeb, type WebUnderTest } from '../contract/web/channel.ts';
import { message } from '../unit/web/host.ts';
import { launchChromium } from './chromium.ts';

/** The page in a real browser, with a gateway that says what the tests tell it to. */

let browser: Browser;
let context: BrowserContext;
let page: Page;
let web: WebUnderTest;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  web = await startWeb({ environment });
  context = await browser.newContext({ viewport: { width: 1000, height: 600 } });
  page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (entry) => entry.text().includes('Content Security') && problems.push(entry.text()));
  page.setDefaultTimeout(15_000);
  await page.goto(web.entrance);
  await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor();
});

afterEach(async () => {
  await context.close();
  await web.stop();
  expect(problems.splice(0)).toEqual([]);
});

const environment = { WEB_SUGGESTIONS: '[{"label":"stream","text":"stream: show me"}]' };
const problems: string[] = [];
const box = () => page.getByRole('textbox', { name: 'Message', exact: true });
const own = () => page.locator('.own');
const log = () => page.getByRole('log', { name: 'Thread' });

/** Writes, and waits until the gateway has it. */
async function say(text: string): Promise<ThreadAddress> {
  const before = web.events.length;
  await box().fill(text);
  await box().press('Enter');
  return (await eventAt(before)).address;
}

async function eventAt(index: number): Promise<InboundEvent> {
  await expect.poll(() => web.events.length).toBeGreaterThan(index);
  const event = web.events[index];
  if (event === undefined) throw new Error('no event');
  return event;
}

const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at + 1}`).join('\n\n');
const distanceFromEnd = () =>
  page
    .locator('#scroller')
    .evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);

async function grow(adapter: ChannelAdapter, address: ThreadAddress, id: string, to: number): Promise<void> {
  for (let count = 1; count <= to; count += 1)
    await adapter.edit(address, id, message(lines(count), { live: count < to }));
}

test('the key leaves the address, and a message makes a thread with its title', async () => {
  await box().waitFor();
  expect(new URL(page.url()).hash + new URL(page.url()).search).toBe('');
  await page.getByRole('button', { name: 'stream' }).click();
  expect(await eventAt(0)).toMatchObject({ type: 'message', text: 'stream: show me' });
  await page.getByRole('link', { name: /stream: show me/ }).waitFor();
  await expect.poll(() => own().allInnerTexts()).toHaveLength(1);
});

test('a text grows in place while the end is followed; who scrolls up is left in peace', async () => {
  const address = await say('go');
  const id = await web.adapter.post(address, message('line 1', { live: true }), 'key-1');
  await grow(web.adapter, address, id, 40);
  await log().getByText('line 40', { exact: true }).waitFor();
  await expect.poll(distanceFromEnd).toBeLessThan(5);
  expect(await page.locator('.agent').count()).toBe(1);
  await page.locator('#scroller').hover();
  await page.mouse.wheel(0, -300);
  await expect.poll(distanceFromEnd).toBeGreaterThan(100);
  const top = () => page.locator('#scroller').evaluate((element) => element.scrollTop);
  const places: number[] = [];
  await expect.poll(async () => places.unshift(await top()) > 1 && places[0] === places[1]).toBe(true);
  await web.adapter.post(address, message(lines(20)), 'key-2');
  await page.getByRole('button', { name: 'New messages' }).waitFor();
  expect(await top()).toBe(places[0]);
  await page.getByRole('button', { name: 'New messages' }).click();
  await expect.poll(distanceFromEnd).toBeLessThan(5);
});

test('a message that becomes shorter as another comes does not end following', async () => {
  const address = await say('go');
  const id = await web.adapter.post(address, message(lines(40), { kind: 'activity', live: true }), 'key-1');
  await expect.poll(distanceFromEnd).toBeLessThan(5);
  const post = web.adapter.post(address, message(lines(40)), 'key-2');
  await web.adapter.edit(address, id, message(lines(30), { kind: 'activity' }));
  await post;
  await expect.poll(() => page.locator('.agent').count()).toBe(2);
  await expect.poll(distanceFromEnd).toBeLessThan(5);
});

test('buttons of a card come back once, and the card that is settled is quiet', async () => {
  const address = await say('go');
  const buttons = [
    { label: 'Allow once', token: 'once', style: 'primary' as const },
    { label: 'Reject', token: 'reject', style: 'danger' as const },
  ];
  const card = message('⚠ Wants to run a command', { kind: 'request', buttons, live: true });
  const id = await web.adapter.post(address, card, 'key-1');
  await expect.poll(() => page.title()).toBe('(1) go · Dragoman');
  await page.getByRole('button', { name: 'Allow once' }).dblclick();
  expect(await eventAt(1)).toMatchObject({ type: 'button', message: id, token: 'once' });
  await web.adapter.edit(address, id, message('✓ Allowed once by You · 12:04', { kind: 'request' }));
  await log().getByText('Allowed once by You').waitFor();
  expect(await log().getByRole('button').count()).toBe(2); // Edit and Delete of the own message
  await expect.poll(() => page.title()).toBe('go · Dragoman');
  expect(web.events).toHaveLength(2);
});

test('a card that is taller than the screen opens at its head', async () => {
  const address = await say('go');
  await web.adapter.post(address, message(lines(40)), 'key-1');
  await expect.poll(distanceFromEnd).toBeLessThan(5);
  const buttons = [{ label: 'Red', token: 'option', style: 'plain' as const }];
  const card = message(`⚠ Has a question\n\n${lines(80)}`, { kind: 'request', buttons, live: true });
  await web.adapter.post(address, card, 'key-2');
  const head = page.locator('.request').getByText('Has a question');
  await head.waitFor();
  const isInSight = () =>
    head.evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
  await expect.poll(isInSight).toBe(true);
});

test('nothing covers any part of a command that is to be allowed', async () => {
  const address = await say('go');
  const buttons = [{ label: 'Allow once', token: 'once', style: 'primary' as const }];
  const command = `\`\`\`\n${'rm -rf / && '.repeat(30)}\n\`\`\``;
  const card = message(command, { kind: 'request', buttons, live: true });
  await web.adapter.post(address, card, 'key-1');
  for (const width of [1000, 390]) {
    await page.setViewportSize({ width, height: 700 });
    const copy = await page.locator('.request .copy').boundingBox();
    const lines = await page.locator('.request code').evaluate((code) => {
      const range = document.createRange();
      range.selectNodeContents(code);
      return [...range.getClientRects()].map(({ right, top }) => ({ right, top }));
    });
    expect(lines.length).toBeGreaterThan(1);
    expect(Math.max(...lines.map(({ right }) => right))).toBeLessThanOrEqual(copy?.x ?? 0);
    const size = await page.locator('.request pre').evaluate((pre) => [pre.scrollWidth, pre.clientWidth]);
    expect(size[0]).toBe(size[1]);
  }
});

test('a form asks for what is missing; an answer of one’s own takes the place of a choice', async () => {
  const address = await say('go');
  const options = [
    { label: 'Postgres', description: 'The real thing' },
    { label: 'PGlite', description: '' },
  ];
  const field = {
    id: 'q0',
    label: 'Which database?',
    options,
    multiple: false,
    custom: true,
    required: true,
  };
  const form: Form = { token: 'form', title: 'Answer', submit: 'Answer', fields: [field] };
  await web.adapter.post(address, message('⚠ Asks', { kind: 'request', form, live: true }), 'key-1');
  await page.getByRole('button', { name: 'Answer' }).click();
  await page.getByRole('alert').getByText('choose one, or write your own answer').waitFor();
  await page.getByRole('radio', { name: 'Postgres' }).check();
  await page.getByRole('textbox', { name: 'Own answer' }).fill('MySQL');
  expect(await page.getByRole('radio', { name: 'Postgres' }).isChecked()).toBe(false);
  await page.getByRole('button', { name: 'Answer' }).click();
  expect(await eventAt(1)).toMatchObject({ type: 'form', token: 'form', fields: { q0: ['MySQL'] } });
});

test('Reply answers a message, Escape gives it up, Escape again stops what runs', async () => {
  const address = await say('go');
  const buttons = [{ label: 'Stop', token: 'stop', style: 'plain' as const }];
  await web.adapter.post(address, message('Working', { kind: 'activity', buttons, live: true }), 'key-1');
  const once = [{ label: 'Allow once', token: 'once', style: 'primary' as const }];
  const card = message('⚠ Wants to run', { kind: 'request', buttons: once, live: true });
  const id = await web.adapter.post(address, card, 'key-2');
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  await page.getByText('Reply to: ⚠ Wants to run').waitFor();
  await box().fill('not now');
  await box().press('Enter');
  expect(await eventAt(1)).toMatchObject({ type: 'message', text: 'not now', replyTo: id });
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  await page.keyboard.press('Escape');
  expect(await page.locator('#replying').isVisible()).toBe(false);
  await page.keyboard.press('Escape');
  expect(await eventAt(2)).toMatchObject({ type: 'button', token: 'stop' });
});

test('an own message can be changed and deleted', async () => {
  await say('first');
  await own().hover();
  await own().getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'Edit message' }).fill('better');
  await page.getByRole('button', { name: 'Save' }).click();
  await own().getByText('edited').waitFor();
  expect(await eventAt(1)).toMatchObject({ type: 'message-edited', text: 'better' });
  await own().hover();
  await own().getByRole('button', { name: 'Delete' }).click();
  await own().getByRole('button', { name: 'Delete it?' }).click();
  await page.getByText('You deleted this message.').waitFor();
  expect(await eventAt(2)).toMatchObject({ type: 'message-deleted' });
});

test('what was not taken says so, and can be sent again', async () => {
  await say('first');
  web.breakStore(true);
  await box().fill('second');
  await box().press('Enter');
  await page.getByText('Not sent. It was not taken').waitFor();
  await page.reload();
  await page.getByText('Not sent. It was not taken').waitFor();
  web.breakStore(false);
  await page.getByRole('button', { name: 'Retry' }).click();
  expect(await eventAt(1)).toMatchObject({ text: 'second' });
  await page.getByText('Not sent').waitFor({ state: 'detached' });
  await expect.poll(() => own().count()).toBe(2);
});

test('without a server nothing gets lost: drafts stay, messages go out when it is back', async () => {
  const address = await say('first');
  await web.adapter.post(address, message('answer', { live: true }), 'key-1');
  await web.stop();
  await page.getByText('Dragoman does not answer; trying again.').waitFor();
  await box().fill('second');
  await box().press('Enter');
  await page.getByText('Not sent yet').waitFor();
  await box().fill('a draft');
  web = await startWeb({ environment, port: web.port, documents: web.documents });
  const id = await web.adapter.find?.(address, 'key-1');
  await web.adapter.edit(address, id ?? '', message('answer, in full'));
  await log().getByText('answer, in full').waitFor();
  expect(await eventAt(0)).toMatchObject({ text: 'second', address });
  await expect.poll(() => page.getByText('Not sent yet').count()).toBe(0);
  expect(await log().locator('article').count()).toBe(3);
  await page.reload();
  await expect.poll(() => box().inputValue()).toBe('a draft');
});

test('on a phone the list and the thread take turns, and nothing is wider than the screen', async () => {
  const address = await say('go');
  const wide = `\`\`\`\n${'wide '.repeat(80)}\n\`\`\`\n\n${'word'.repeat(80)}\n\n| a | b |\n|---|---|\n| ${'x'.repeat(200)} | y |`;
  await web.adapter.post(address, message(wide), 'key-1');
  await page.setViewportSize({ width: 390, height: 700 });
  await page.locator('figure.code').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(await page.getByRole('navigation', { name: 'Threads' }).isVisible()).toBe(false);
  await page.getByRole('link', { name: 'Back to the list of threads' }).click();
  await page.getByRole('link', { name: /^go/ }).click();
  await log().locator('figure.code').waitFor();
});

test('the keyboard alone is enough', async () => {
  await say('first');
  await page.getByRole('link', { name: 'New thread' }).click();
  await say('second');
  await page.keyboard.press('Alt+ArrowDown');
  await page.getByRole('heading', { name: 'first' }).waitFor();
  await page.keyboard.press('Alt+ArrowUp');
  await page.getByRole('heading', { name: 'second' }).waitFor();
  await page.locator('#title').click();
  await page.keyboard.press('/');
  await page.keyboard.type('typed');
  expect(await box().inputValue()).toBe('typed');
});
