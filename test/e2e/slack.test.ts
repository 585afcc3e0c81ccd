import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeSlack, startFakeSlack, tokens } from '../fake/slack.ts';
import { eventually, type Gateway, startGateway } from '../harness.ts';

interface World {
  readonly slack: FakeSlack;
  readonly gateway: Gateway;
}

const state: { world?: World } = {};

beforeAll(async () => {
  const slack = await startFakeSlack();
  const gateway = await startGateway({
    env: {
      SLACK_BOT_TOKEN: tokens.bot,
      SLACK_APP_TOKEN: tokens.app,
      SLACK_API_URL: slack.apiUrl,
      DRAGOMAN_ADMINS: 'slack:U0ANN,slack:U0BEN',
    },
  });
  state.world = { slack, gateway };
});

afterAll(async () => {
  await state.world?.gateway.end();
  await state.world?.slack.close();
});

function world(): World {
  if (state.world === undefined) throw new Error('the gateway did not start');
  return state.world;
}

interface Place {
  readonly channel: string;
  readonly thread?: string;
  readonly viewer?: string;
}

/** What people see there; what differs from run to run (times, durations, sizes) is `#`. */
function screen(place: Place): string {
  return (
    world()
      .slack.screen(place)
      .join('\n')
      .replace(/\b\d{2}:\d{2}\b/g, '#:#')
      .replace(/\b\d+ min( \d+ s)?|\b[\d.]+ s\b/g, '# s')
      // How long a tool took is said where it was long: that differs from machine to machine.
      .replace(/([✓✗] .*?)(?: · # s)+$/gm, '$1')
      .replace(/\b[\d.]+k? tokens\b/g, '# tokens')
      // A long turn calls its author by a message of its own.
      .replace(/\ndragoman: (scripted · build[^|\n]*?) \| @\w+/g, ' | $1')
      .replace(/[ \t]+$/gm, '')
  );
}

/** Waits until this many turns have ended there, and nothing can be stopped any more. */
async function settled(place: Place, turns = 1): Promise<string> {
  return eventually(`${turns} answers in ${JSON.stringify(place)}`, () => {
    const seen = screen(place);
    const ended = seen.match(/scripted · build/g)?.length ?? 0;
    return ended === turns && !/\[Stop\]|▸/.test(seen) ? seen : undefined;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${screen(place)}\n${world().gateway.output()}`);
  });
}

/** Mentions the bot, which opens a thread. */
async function ask(
  user: string,
  channel: string,
  text: string,
): Promise<Place & { readonly thread: string }> {
  const { ts, told } = world().slack.people.say(user, channel, `@dragoman ${text}`);
  expect(await told).toBe(true);
  return { channel, thread: ts };
}

async function press(user: string, place: Place, label: string): Promise<void> {
  const { slack } = world();
  const message = await eventually(`a button [${label}]`, () =>
    slack.world.messages.findLast(
      (one) =>
        one.channel === place.channel &&
        one.thread === place.thread &&
        JSON.stringify(one.blocks).includes(`"${label}"`),
    ),
  );
  expect(await slack.people.press(user, place.channel, message.ts, label)).toEqual({});
}

test.concurrent('stream, in a direct message', async ({ expect }) => {
  await world().slack.people.say('U0ANN', 'D0ANN', 'stream: show me how Markdown looks').told;
  expect(await settled({ channel: 'D0ANN' })).toMatchInlineSnapshot(`
    "Ann: stream: show me how Markdown looks
    dragoman: A date without a time zone is a guess. This answer streams, so you can watch Markdown grow: it has a list, code, a table and a link.

    What goes wrong

    An instant is the same for everybody. A day is not: it begins in Auckland while it is still yesterday in Honolulu, so whoever turns one into the other has to say where.

    new Date().getDate() asks the clock of the machine. Three things follow:

    • the same instant has two dates, one on your desk and one on the server
    • a test passes in the morning and fails at night
    • nobody notices until somebody flies the build moves to another country
      • and then only near midnight

    What to write instead

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

    ▎Store instants, show days.
    ▎Whoever stores days will have to explain them.

    1. Write the test with a fixed instant.
    2. Set TZ in the test run.
    3. Fix the function, and only then the callers.

    That is all: one rule, one function, one test. | scripted · build · # s · # tokens"
  `);
});

test.concurrent('shell, in a thread: a card that is pressed, and one that is rejected with a reason', async ({
  expect,
}) => {
  const { people } = world().slack;
  const place = await ask('U0ANN', 'C0API', 'shell: count the lines');
  await press('U0BEN', place, 'Allow once');
  await settled(place);
  people.say('U0BEN', place.channel, 'shell: once more', { thread: place.thread });
  await press('U0ANN', place, 'Reject with reason');
  expect(await people.submit('U0ANN', { reason: 'count nothing today' })).toEqual({});
  expect(await settled(place, 2)).toMatchInlineSnapshot(`
    "Ann: @dragoman shell: count the lines
    dragoman: People who were let in may talk to me here from now on. !who shows who they are, !who close turns it off.
    dragoman: Worked · # s
    ✓ bash wc -l src/*.ts test/*.ts
    dragoman: I'll count the lines of the project's files.
    dragoman: Wants to run a command

    wc -l src/*.ts test/*.ts

    in default · for Ann
    ✓ Allowed once by Ben · #:#
    dragoman: The command ran. It printed:

      11 src/date.ts
      13 src/invoice.ts
       8 test/date.test.ts
      32 total

    That is the whole project. | scripted · build · # s · # tokens
    Ben: shell: once more
    dragoman: Worked · # s
    ✗ bash wc -l src/*.ts test/*.ts · failed
    dragoman: I'll count the lines of the project's files.
    dragoman: Wants to run a command

    wc -l src/*.ts test/*.ts

    in default · for Ben
    ✗ Rejected by Ann · #:#: count nothing today
    dragoman: You refused, so I did not do it. Your reason was: count nothing today | scripted · build · # s · # tokens"
  `);
});

test.concurrent('question, in a thread: a form with choices', async ({ expect }) => {
  const { people } = world().slack;
  const place = await ask('U0BEN', 'C0OPS', 'question: ask me');
  await press('U0BEN', place, 'Answer');
  const view = people.view('U0BEN');
  expect(JSON.stringify(view?.view['blocks'])).toContain('radio_buttons');
  expect(await people.submit('U0BEN', { 'q0/own': '2026-03-14', 'q1/own': 'List' })).toEqual({});
  expect(await settled(place)).toMatchInlineSnapshot(`
    "Ben: @dragoman question: ask me
    dragoman: People who were let in may talk to me here from now on. !who shows who they are, !who close turns it off.
    dragoman: Worked · # s
    ✓ question Asked 2 questions
    dragoman: Two things I cannot know:
    dragoman: Has a question

    ▎Format
    ▎
    ▎How should a date look in the list of invoices?
    ▎
    ▎1. 2026-03-14: sorts by itself
    ▎2. 14 March 2026: for people
    ▎3. in 3 days: relative to today

    ▎Places
    ▎
    ▎Where should it change?
    ▎
    ▎1. List: the list of invoices
    ▎2. Letter: the printed invoice
    ▎3. Export: the file for the accountant
    ▎
    ▎Several may be chosen.

    in default · for Ben
    ✓ Answered by Ben · #:#: 2026-03-14; List
    dragoman: Thank you. I understood:

    • How should a date look in the list of invoices? 2026-03-14
    • Where should it change? List | scripted · build · # s · # tokens"
  `);
});

test.concurrent('a slash command where the bot is no member is answered to its author alone', async ({
  expect,
}) => {
  const { slack } = world();
  expect(await slack.people.slash('U0ANN', 'C0NOT', 'nonsense')).toEqual({});
  const answer = await eventually('the answer to the slash command', () => {
    const seen = screen({ channel: 'C0NOT', viewer: 'U0ANN' });
    return seen === '' ? undefined : seen;
  });
  expect(answer).toMatch(/^dragoman \(only to you\): /);
  expect(screen({ channel: 'C0NOT' })).toBe('');
});

test.concurrent('two files with one message are one prompt, with their bytes', async ({ expect }) => {
  const { slack } = world();
  const files = [
    slack.file('U0ANN', { name: 'notes.md', mime: 'text/markdown', bytes: '# Dates\n' }),
    slack.file('U0ANN', { name: 'days.csv', mime: 'text/csv', bytes: 'day\n14\n', foreign: true }),
  ];
  const { ts, told } = slack.people.say('U0ANN', 'G0SEC', '@dragoman file: read these', { files });
  expect(await told).toBe(true);
  const seen = await settled({ channel: 'G0SEC', thread: ts });
  expect(seen).toContain('I got 2 files:\n\n• notes.md: text/plain, ');
  expect(seen).toContain('• days.csv: text/plain, ');
  expect(seen.match(/I got/g)).toHaveLength(1);
});

test.concurrent('what was said in a thread before the first mention reaches the agent, with who said it', async ({
  expect,
}) => {
  const { people } = world().slack;
  const { ts } = people.say('U0ANN', 'G0SEC', 'the invoice says 13 March');
  people.say('U0BEN', 'G0SEC', 'in Honolulu it was', { thread: ts });
  people.say('U0ANN', 'G0SEC', '@dragoman echo so who is right', { thread: ts });
  const place = { channel: 'G0SEC', thread: ts };
  expect(await settled(place)).toContain('dragoman: so who is right');
  const prompts = await promptsOf('so who is right');
  expect(prompts).toHaveLength(1);
  expect(prompts[0]).toContain('Ann: the invoice says 13 March\nBen: in Honolulu it was\n');
});

/** The prompts that hold these words, as the agent server keeps them. */
async function promptsOf(words: string): Promise<readonly string[]> {
  const { gateway } = world();
  const { url, username, password } = await gateway.openCode();
  const headers = { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`${url}${path}?directory=${encodeURIComponent(gateway.project)}`, {
      headers,
    });
    return response.json();
  };
  const sessions = (await ask('/session')) as readonly { readonly id: string }[];
  const all = await Promise.all(
    sessions.map(({ id }) => ask(`/session/${id}/message`) as Promise<readonly StoredMessage[]>),
  );
  return all
    .flat()
    .filter(({ info }) => info.role === 'user')
    .map(({ parts }) => parts.map(({ text }) => text ?? '').join('\n'))
    .filter((text) => text.includes(words));
}

interface StoredMessage {
  readonly info: { readonly role: string };
  readonly parts: readonly { readonly text?: string }[];
}

test('a kill in mid-stream: the same message goes on after the start, and nothing stands there twice', async () => {
  const { slack, gateway } = world();
  const place = await ask('U0BEN', 'C0OPS', 'long: tell me a lot');
  const opening = 'Almost every program handles dates';
  const first = await eventually('the beginning of the answer', () =>
    slack.world.messages.find(
      ({ thread, blocks }) => thread === place.thread && JSON.stringify(blocks).includes(opening),
    ),
  );
  await gateway.kill();
  await gateway.start();
  const seen = await settled(place);
  expect(JSON.stringify(slack.message('C0OPS', first.ts)?.blocks)).toContain(opening);
  expect(seen.split(opening)).toHaveLength(2);
});

test('the platform never had to say that it was too much', () => {
  const { gateway } = world();
  expect(gateway.output()).not.toContain('rate-limited');
  expect(gateway.output()).not.toContain(tokens.bot);
});
