import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../harness.ts';
import { type DiscordWorld, startDiscordWorld } from './discord-world.ts';
import { withoutPatch } from './patch.ts';

const state: { world?: DiscordWorld } = {};

function world(): DiscordWorld {
  if (state.world === undefined) throw new Error('the gateway did not start');
  return state.world;
}

beforeAll(async () => {
  state.world = await startDiscordWorld();
});

afterAll(() => state.world?.end());

test.concurrent('shell, in a thread: a card that another person allows, and one that is rejected with a reason', async ({
  expect,
}) => {
  const { discord, ids, channels, ask, press, settled } = world();
  const thread = ask(ids.ann, channels.commands, 'shell: count the lines');
  await press(ids.ben, thread, 'Allow once');
  await settled(thread);
  discord.people.say(ids.ben, thread, 'shell: once more');
  const opened = await press(ids.ann, thread, 'Reject with reason');
  const { label } = (opened.modal?.['components'] as readonly { readonly label: string }[])[0] ?? {
    label: '',
  };
  await discord.people.answered(discord.people.submit(opened, { [label]: 'count nothing today' }));
  expect(await settled(thread, 2)).toMatchInlineSnapshot(`
    "Ann: @dragoman shell: count the lines
    dragoman: People who were let in may talk to me here from now on. \`!who\` shows who they are, \`!who close\` turns it off.
    dragoman: Worked · # s
    ✓ bash \`wc -l src/*.ts test/*.ts\`
    dragoman: I'll count the lines of the project's files.
    dragoman: Wants to run a command
    \`\`\`
    wc -l src/*.ts test/*.ts
    \`\`\`
    in default · for Ann
    ✓ Allowed once by Ben · #:#
    dragoman: The command ran. It printed:
    \`\`\`text
      11 src/date.ts
      13 src/invoice.ts
       8 test/date.test.ts
      32 total
    \`\`\`
    That is the whole project.
    -# scripted · build · # s · # tokens
    Ben: shell: once more
    dragoman: Worked · # s
    ✗ bash \`wc -l src/*.ts test/*.ts\` · failed
    dragoman: I'll count the lines of the project's files.
    dragoman: Wants to run a command
    \`\`\`
    wc -l src/*.ts test/*.ts
    \`\`\`
    in default · for Ben
    ✗ Rejected by Ann · #:#: count nothing today
    dragoman: You refused, so I did not do it. Your reason was: count nothing today
    -# scripted · build · # s · # tokens"
  `);
});

test.concurrent('question, in a thread: a window with choices', async ({ expect }) => {
  const { discord, ids, channels, ask, press, settled } = world();
  const thread = ask(ids.ben, channels.questions, 'question: ask me');
  const opened = await press(ids.ben, thread, 'Answer');
  expect(opened.modal?.['title']).toMatchInlineSnapshot(`"Answer"`);
  const parts = opened.modal?.['components'] as readonly {
    readonly label: string;
    readonly component: { readonly type: number };
  }[];
  const [format, places] = parts.filter(({ component }) => component.type === 3).map(({ label }) => label);
  const fields = { [format ?? '']: ['2026-03-14'], [places ?? '']: ['List', 'Letter'] };
  await discord.people.answered(discord.people.submit(opened, fields));
  expect(await settled(thread)).toMatchInlineSnapshot(`
    "Ben: @dragoman question: ask me
    dragoman: People who were let in may talk to me here from now on. \`!who\` shows who they are, \`!who close\` turns it off.
    dragoman: Worked · # s
    ✓ question \`Asked 2 questions\`
    dragoman: Two things I cannot know:
    dragoman: Has a question

    > **Format**
    >
    > How should a date look in the list of invoices?
    >
    > 1. 2026-03-14: sorts by itself
    > 2. 14 March 2026: for people
    > 3. in 3 days: relative to today

    > **Places**
    >
    > Where should it change?
    >
    > 1. List: the list of invoices
    > 2. Letter: the printed invoice
    > 3. Export: the file for the accountant
    >
    > Several may be chosen.

    in default · for Ben
    ✓ Answered by Ben · #:#: 2026-03-14; List, Letter
    dragoman: Thank you. I understood:

    - How should a date look in the list of invoices? **2026-03-14**
    - Where should it change? **List, Letter**
    -# scripted · build · # s · # tokens"
  `);
});

test.concurrent('edit, in a post of a forum: the change is asked for, made and shown', async ({ expect }) => {
  const { discord, ids, channels, press, screen, settled } = world();
  const mention = `<@${discord.world.bot.id}>`;
  const post = discord.people.forumPost(ids.ann, channels.forum, 'Dates', `${mention} edit: fix the date`);
  await press(ids.ann, post, 'Allow once');
  await eventually('what changed', () => (screen(post).includes('[Diff]') ? true : undefined));
  expect(withoutPatch(await settled(post))).toMatchInlineSnapshot(`
    "Ann: @dragoman edit: fix the date
    dragoman: People who were let in may talk to me here from now on. \`!who\` shows who they are, \`!who close\` turns it off.
    dragoman: Worked · # s
    ✓ read \`src/date.ts\`
    ✓ edit \`src/date.ts\`
    dragoman: I'll look at \`src/date.ts\` first.

    There it is: \`formatDay\` uses the clock of the machine. I make it use UTC.
    dragoman: Wants to change a file

    \`src/date.ts\`
    \`\`\`diff
    (the patch)
    \`\`\`
    in edits · for Ann
    ✓ Allowed once by Ann · #:#
    dragoman: Done: \`formatDay\` gives the same day on every machine now, and the code is shorter. Say *edit* again to see the next change.
    -# 1 file changed, +1 −3
    -# scripted · build · # s · # tokens | [Diff]"
  `);
});

test.concurrent('stream, in a direct message', async ({ expect }) => {
  const { discord, ids, settled } = world();
  const chat = discord.people.privateChat(ids.ann);
  discord.people.say(ids.ann, chat, 'stream: show me how Markdown looks');
  expect(await settled(chat)).toMatchInlineSnapshot(`
    "Ann: stream: show me how Markdown looks
    dragoman: A date without a time zone is a guess. **This answer streams**, so you can watch Markdown grow: it has a list, code, a table and a [link](https://tc39.es/proposal-temporal/docs/).
    ## What goes wrong
    An instant is the same for everybody. A *day* is not: it begins in Auckland while it is still yesterday in Honolulu, so whoever turns one into the other has to say where.

    \`new Date().getDate()\` asks the clock of the *machine*. Three things follow:

    - the same instant has two dates, one on your desk and one on the server
    - a test passes in the morning and fails at night
    - nobody notices until ~~somebody flies~~ the build moves to another country
      - and then only near midnight
    ## What to write instead
    \`\`\`typescript
    /** The day of an instant in UTC, as YYYY-MM-DD. */
    export function formatDay(date: Date): string {
      const day = date.toISOString().slice(0, 10);
      return day;
    }
    \`\`\`
    Compare the two at #:# in New York:
    \`\`\`
    call                  prints     right
    --------------------  ---------  ------------------------
    getDate()             13         only in New York
    toISOString()         14         everywhere
    toLocaleDateString()  3/13/2026  for people, not for keys
    \`\`\`
    > Store instants, show days.
    > Whoever stores days will have to explain them.

    1. Write the test with a fixed instant.
    2. Set \`TZ\` in the test run.
    3. Fix the function, and *only* then the callers.

    That is all: **one rule, one function, one test.**
    -# scripted · build · # s · # tokens"
  `);
});

test.concurrent('files that come with a message reach the model', async ({ expect }) => {
  const { ids, channels, ask, settled } = world();
  const bytes = new TextEncoder().encode('one\ntwo\n');
  const thread = ask(ids.ann, channels.files, 'which files are these?', {
    files: [
      { name: 'notes.txt', mime: 'text/plain; charset=utf-8', bytes },
      { name: 'data.json', mime: 'application/json', bytes: new TextEncoder().encode('{"a":1}') },
      { name: 'all.zip', mime: 'application/zip', bytes: Uint8Array.of(0x50, 0x4b, 3, 4, 0, 255, 0, 1) },
    ],
  });
  expect(await settled(thread)).toMatchInlineSnapshot(`
    "Ann: @dragoman which files are these? | {file notes.txt} {file data.json} {file all.zip}
    dragoman: People who were let in may talk to me here from now on. \`!who\` shows who they are, \`!who close\` turns it off.
    dragoman: \`all.zip\` was not passed on: the agent cannot read application/zip.
    dragoman: I got 2 files:

    - \`notes.txt\`: text/plain, 8 bytes
    - \`data.json\`: text/plain, 7 bytes
    -# scripted · build · # s · # tokens"
  `);
});

test.concurrent('while a command is written, models and agents of the server are told to those who may give it', async ({
  expect,
}) => {
  const { discord, ids, channels } = world();
  const { people } = discord;
  await eventually('the list of commands', () => (discord.world.commands.length > 0 ? true : undefined));
  const eve = people.join('Eve');
  const told = async (user: string, command: string, text: string) =>
    (await people.answered(people.begin(user, channels.lists, command, text))).choices?.map(
      ({ name }) => name,
    );
  // A server that is busy is not waited for.
  const some = (command: string, text: string) =>
    eventually(`what /${command} could become`, async () => {
      const names = await told(ids.ann, command, text);
      return names?.length === 0 ? undefined : names;
    });
  expect(await some('model', 'scr')).toEqual(['demo/scripted']);
  expect(await some('agent', '')).toEqual(['build', 'plan']);
  expect(await told(eve, 'model', '')).toEqual([]);
});

test('a kill in mid-stream: the same message goes on after the start, and nothing stands there twice', async () => {
  const { discord, gateway, ids, channels, ask, settled } = world();
  const thread = ask(ids.ben, channels.crash, 'long: tell me a lot');
  const opening = 'Almost every program handles dates';
  const first = await eventually('the beginning of the answer', () =>
    [...discord.world.messages.values()].find(
      ({ channel, content }) => channel === thread && content.includes(opening),
    ),
  );
  await gateway.kill();
  discord.people.say(ids.ben, thread, 'echo said while nobody listened');
  await gateway.start();
  const seen = await settled(thread, 2);
  expect(discord.world.messages.get(first.id)?.content).toContain(opening);
  expect(seen.split(opening)).toHaveLength(2);
  expect(seen.split('said while nobody listened')).toHaveLength(3);
});

test('nothing was given up, and the log holds no token', () => {
  const { discord, gateway } = world();
  expect(gateway.output()).not.toContain('given up');
  expect(gateway.output()).not.toContain(discord.token);
});
