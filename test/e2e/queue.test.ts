import { randomUUID } from 'node:crypto';
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

async function busyThread(words = 'slow: take your time'): Promise<string> {
  const page = gateway().page();
  const thread = await page.begin();
  await page.send(thread, words);
  await eventually('the answer has begun', async () =>
    (await page.messages(thread)).some(({ kind }) => kind === 'text') ? true : undefined,
  );
  return thread;
}

async function notice(thread: string, text: string): Promise<void> {
  await eventually(`a notice "${text}"`, async () =>
    (await gateway().page().messages(thread)).some((message) => message.text.includes(text))
      ? true
      : undefined,
  );
}

async function press(thread: string, label: string): Promise<void> {
  const { message, token } = await button(gateway().page(), thread, label);
  await gateway().page().press(thread, message, token);
}

test('what is said meanwhile waits its turn, can be changed and withdrawn; Stop keeps the queue', async () => {
  const page = gateway().page();
  // A retry of this test is another prompt.
  const slow = `slow: take your time, ${randomUUID()}`;
  const changed = `echo changed while it waited, ${randomUUID()}`;
  const thread = await busyThread(slow);
  await page.send(thread, 'echo first in the queue', { id: 'queued-1' });
  await notice(thread, 'Queued behind 1 message.');
  await eventually('the pieces of the first are complete', async () =>
    (await page.send(thread, 'echo to be withdrawn', { id: 'queued-2' })).ok ? true : undefined,
  );
  const queued = (await page.messages(thread)).filter(({ from }) => from === 'person');
  const [, first, second] = queued;
  if (first === undefined || second === undefined) throw new Error('the queued messages are not shown');
  await page.change(thread, first.id, changed);
  await page.withdraw(thread, second.id);
  await press(thread, 'Stop');
  const messages = await settled(page, thread);
  const text = screen(messages);
  expect(text).toContain('Stopped by You.');
  expect(text).toContain('changed while it waited');
  expect(text).not.toContain('Queued behind');
  expect(await gateway().runs(changed)).toBe(1);
  expect(await gateway().runs(slow)).toBe(1);
});

test('Send now steers: one answer covers both', async () => {
  const page = gateway().page();
  const thread = await page.begin();
  await page.send(thread, 'shell: count the lines');
  await button(page, thread, 'Allow once');
  await page.send(thread, 'echo steered into it');
  await press(thread, 'Send now');
  await notice(thread, 'one answer will cover both');
  await press(thread, 'Allow once');
  const text = screen(await settled(page, thread));
  expect(text).toMatchInlineSnapshot(`
    "You       shell: count the lines
    Dragoman  Worked · # s
              ✓ bash wc -l src/*.ts test/*.ts
    Dragoman  I'll count the lines of the project's files.
    Dragoman  Wants to run a command
              wc -l src/*.ts test/*.ts
              in default · for You
              ✓ Allowed once by You · #:#
    You       echo steered into it
    Dragoman  Sent into the running turn; one answer will cover both messages.
    Dragoman  steered into it
              scripted · build · # s · # tokens"
  `);
});

test('several threads at once: each gets its own answer', async () => {
  const page = gateway().page();
  const threads = await Promise.all(Array.from({ length: 8 }, () => page.begin()));
  await Promise.all(threads.map((thread, index) => page.send(thread, `echo answer number ${index}.`)));
  const screens = await Promise.all(threads.map(async (thread) => screen(await settled(page, thread))));
  for (const [index, text] of screens.entries()) {
    expect(text.match(/Dragoman {2}answer number (\d+)\./g)).toEqual([`Dragoman  answer number ${index}.`]);
  }
});

test('readiness, health and status tell the truth', async () => {
  expect((await fetch(gateway().url('/healthz'))).status).toBe(200);
  const ready = await (await fetch(gateway().url('/readyz'))).json();
  expect(ready).toEqual({
    ready: true,
    checks: { database: 'ok', 'platform web': 'ok', 'server opencode': 'ok', 'gate opencode': 'ok' },
  });
  expect(await (await fetch(gateway().url('/metrics'))).text()).toContain(
    'dragoman_prompt_sending_seconds_count',
  );
});
