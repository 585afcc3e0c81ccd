import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, type Gateway, screen, settled, startGateway } from '../harness.ts';

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
              typescript/** The day of an instant in UTC, as YYYY-MM-DD. */
              export function formatDay(date: Date): string {
                const day = date.toISOString().slice(0, 10);
                return day;
              }
              Compare the two at #:# in New York:



              call
              prints
              right




              getDate()
              13
              only in New York


              toISOString()
              14
              everywhere


              toLocaleDateString()
              3/13/2026
              for people, not for keys




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
    Dragoman  Wants to run a commandwc -l src/*.ts test/*.tsin default · for You
              ✓ Allowed once by You · #:#
    Dragoman  The command ran. It printed:
              text  11 src/date.ts
                13 src/invoice.ts
                 8 test/date.test.ts
                32 total
              That is the whole project.
              scripted · build · # s · # tokens"
  `);
});

test('todo', async () => {
  const thread = await begin('todo: make a plan');
  expect(await shown(thread)).toMatchInlineSnapshot(`
    "You       todo: make a plan
    Dragoman  I'll make a plan first.
              Looking for the callers.
              There are two callers. Now the test.
              The test fails, as it should. Now the fix.
              The test passes.
              All three are done. This was a rehearsal: no file was changed.
              scripted · build · # s · # tokens
    Dragoman  To-do · 3 of 3[x] Find the callers of formatDay[x] Write a test with a fixed instant[x] Fix the function"
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
    Dragoman  A sub-agent wants to run a commandls srcin default · for You
              ✓ Allowed once by You · #:#
    Dragoman  The sub-agent is back. Its report:
              The sources are:
              textdate.ts
              invoice.ts
              scripted · build · # s · # tokens"
  `);
});
