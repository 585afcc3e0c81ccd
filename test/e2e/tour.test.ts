import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, eventually, type Gateway, screen, settled, startGateway } from '../harness.ts';
import { withoutPatch } from './patch.ts';

const state: { gateway?: Gateway } = {};

beforeAll(async () => {
  state.gateway = await startGateway();
});
afterAll(() => state.gateway?.end());

function gateway(): Gateway {
  if (state.gateway === undefined) throw new Error('the gateway did not start');
  return state.gateway;
}

async function begin(text: string): Promise<string> {
  const page = gateway().page();
  const thread = await page.begin();
  expect((await page.send(thread, text)).status).toBe(202);
  return thread;
}

async function press(thread: string, label: string): Promise<void> {
  const { message, token } = await button(gateway().page(), thread, label);
  expect((await gateway().page().press(thread, message, token)).ok).toBe(true);
}

async function shown(thread: string): Promise<string> {
  return screen(await settled(gateway().page(), thread));
}

test('with an empty user configuration our own server asks, in the root session and in a sub-agent', async () => {
  const files = await readdir(join(gateway().project, '../home'), { recursive: true });
  expect(files.filter((file) => /opencode\.jsonc?$/.test(file))).toEqual([]);
  for (const text of ['shell: in the root session', 'subagent: in a sub-agent']) {
    const thread = await begin(text);
    await press(thread, 'Allow once');
    expect(await shown(thread)).toContain('✓ Allowed once by You');
  }
});

test('stream', async () => {
  const thread = await begin('stream: show me how Markdown looks');
  expect(await shown(thread)).toMatchInlineSnapshot(`
    "You       stream: show me how Markdown looks
    Dragoman  A date without a time zone is a guess. This answer streams, so you can watch Markdown grow: it has a list, code, a table and a link.
              What goes wrong
              An instant is the same for everybody. A day is not: it begins in Auckland while it is still yesterday in Honolulu, so whoever turns one into the other has to say where.
              new Date().getDate() asks the clock of the machine. Three things follow:
              the same instant has two dates, one on your desk and one on the server
              a test passes in the morning and fails at night
              nobody notices until somebody flies the build moves to another country
              and then only near midnight
              What to write instead
              typescript
              /** The day of an instant in UTC, as YYYY-MM-DD. */
              export function formatDay(date: Date): string {
                const day = date.toISOString().slice(0, 10);
                return day;
              }
              Compare the two at #:# in New York:
              call | prints | right
              getDate() | 13 | only in New York
              toISOString() | 14 | everywhere
              toLocaleDateString() | 3/13/2026 | for people, not for keys
              Store instants, show days.
              Whoever stores days will have to explain them.
              Write the test with a fixed instant.
              Set TZ in the test run.
              Fix the function, and only then the callers.
              That is all: one rule, one function, one test.
              scripted · build · # s · # tokens"
  `);
});

test('shell', async () => {
  const thread = await begin('shell: count the lines');
  await press(thread, 'Allow once');
  expect(await shown(thread)).toMatchInlineSnapshot(`
    "You       shell: count the lines
    Dragoman  Worked · # s
              ✓ bash wc -l src/*.ts test/*.ts
    Dragoman  I'll count the lines of the project's files.
    Dragoman  Wants to run a command
              wc -l src/*.ts test/*.ts
              in default · for You
              ✓ Allowed once by You · #:#
    Dragoman  The command ran. It printed:
              text
                11 src/date.ts
                13 src/invoice.ts
                 8 test/date.test.ts
                32 total
              That is the whole project.
              scripted · build · # s · # tokens"
  `);
});

test('todo', async () => {
  const thread = await begin('todo: make a plan');
  // The end of the answer goes first; the list, which is a message of its own, is brought up to date after it.
  await eventually('the list is done', async () =>
    (await gateway().page().messages(thread)).find(({ text }) => text.includes('3 of 3')),
  );
  expect(await shown(thread)).toMatchInlineSnapshot(`
    "You       todo: make a plan
    Dragoman  I'll make a plan first.
              Looking for the callers.
              There are two callers. Now the test.
              The test fails, as it should. Now the fix.
              The test passes.
              All three are done. This was a rehearsal: no file was changed.
              scripted · build · # s · # tokens
    Dragoman  To-do · 3 of 3
              [x] Find the callers of formatDay
              [x] Write a test with a fixed instant
              [x] Fix the function"
  `);
});

test('error', async () => {
  const thread = await begin('error: let the provider fail first');
  expect(await shown(thread)).toMatchInlineSnapshot(`
    "You       error: let the provider fail first
    Dragoman  The provider failed twice and was asked again each time. This is the third try, and it works.
              scripted · build · # s · # tokens"
  `);
});

test('subagent', async () => {
  const thread = await begin('subagent: ask somebody else');
  await press(thread, 'Allow once');
  expect(await shown(thread)).toMatchInlineSnapshot(`
    "You       subagent: ask somebody else
    Dragoman  Worked · # s
              ✓ task Survey the sources
               ✓ bash ls src
    Dragoman  I'll let a sub-agent look around.
    Dragoman  A sub-agent wants to run a command
              ls src
              in default · for You
              ✓ Allowed once by You · #:#
    Dragoman  The sub-agent is back. Its report:
              The sources are:
              text
              date.ts
              invoice.ts
              scripted · build · # s · # tokens"
  `);
});

test('edit', async () => {
  const thread = await begin('edit: mend the date');
  await press(thread, 'Allow once');
  expect(withoutPatch(await shown(thread))).toMatchInlineSnapshot(`
    "You       edit: mend the date
    Dragoman  Worked · # s
              ✓ read src/date.ts
              ✓ edit src/date.ts
    Dragoman  I'll look at src/date.ts first.
              There it is: formatDay uses the clock of the machine. I make it use UTC.
    Dragoman  Wants to change a file
              src/date.ts
              diff
              (the patch)
              in default · for You
              ✓ Allowed once by You · #:#
    Dragoman  Done: formatDay gives the same day on every machine now, and the code is shorter. Say edit again to see the next change.
              1 file changed, +1 −3
              scripted · build · # s · # tokens
              [Diff]"
  `);
});

test('question', async () => {
  const thread = await begin('question: ask me');
  const page = gateway().page();
  const card = await eventually('the question’s card', async () =>
    (await page.messages(thread)).find(({ form }) => form !== null && form !== undefined),
  );
  const form = card.form;
  if (form === null || form === undefined) throw new Error('a card without a form');
  const fields = Object.fromEntries(
    form.fields.map(({ id, options }) => [id, options.slice(0, 1).map(({ label }) => label)]),
  );
  expect((await page.submit(thread, card.id, form.token, fields)).ok).toBe(true);
  expect(await shown(thread)).toMatchInlineSnapshot(`
    "You       question: ask me
    Dragoman  Worked · # s
              ✓ question Asked 2 questions
    Dragoman  Two things I cannot know:
    Dragoman  Has a question
              Format
              How should a date look in the list of invoices?
              2026-03-14: sorts by itself
              14 March 2026: for people
              in 3 days: relative to today
              Places
              Where should it change?
              List: the list of invoices
              Letter: the printed invoice
              Export: the file for the accountant
              Several may be chosen.
              in default · for You
              ✓ Answered by You · #:#: 2026-03-14; List
    Dragoman  Thank you. I understood:
              How should a date look in the list of invoices? 2026-03-14
              Where should it change? List
              scripted · build · # s · # tokens"
  `);
});

test('long goes on in further messages', async () => {
  const thread = await begin('long: explain it all');
  const messages = await settled(gateway().page(), thread);
  const texts = messages.filter(({ kind }) => kind === 'text');
  expect(texts.length).toBeGreaterThan(1);
  expect(texts.at(-1)?.footnote).toContain('scripted · build');
  expect(texts.slice(0, -1).every(({ footnote }) => footnote === undefined || footnote === '')).toBe(true);
});

test('a rejection with its reason goes on, one without ends the run', async () => {
  const why = await begin('shell: with a reason');
  const { message, token } = await button(gateway().page(), why, 'Reject with reason');
  await gateway()
    .page()
    .submit(why, message, token, { reason: ['count nothing today'] });
  expect(await shown(why)).toMatchInlineSnapshot(`
    "You       shell: with a reason
    Dragoman  Worked · # s
              ✗ bash wc -l src/*.ts test/*.ts · failed
    Dragoman  I'll count the lines of the project's files.
    Dragoman  Wants to run a command
              wc -l src/*.ts test/*.ts
              in default · for You
              ✗ Rejected by You · #:#: count nothing today
    Dragoman  You refused, so I did not do it. Your reason was: count nothing today
              scripted · build · # s · # tokens"
  `);

  const bare = await begin('shell: without a reason');
  await press(bare, 'Reject');
  expect(await shown(bare)).toMatchInlineSnapshot(`
    "You       shell: without a reason
    Dragoman  Worked · # s
              ✗ bash wc -l src/*.ts test/*.ts · failed
    Dragoman  I'll count the lines of the project's files.
    Dragoman  Wants to run a command
              wc -l src/*.ts test/*.ts
              in default · for You
              ✗ Rejected by You · #:#
    Dragoman  The run ended with the rejection; nothing after it was done.
              scripted · build · # s · # tokens"
  `);
});

test('a final error of the provider is said', async () => {
  const thread = await begin('fail: wrong key');
  expect(await shown(thread)).toMatchInlineSnapshot(`
    "You       fail: wrong key
    Dragoman  The provider refused the key of demo (401). An operator can fix it on the agent server.
              scripted · build · # s"
  `);
});
