import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../harness.ts';
import { withoutPatch } from './patch.ts';
import { startTelegramWorld, type TelegramWorld } from './telegram-world.ts';

const names = ['Ann', 'Ben', 'Cem', 'Dora', 'Eve', 'Finn'] as const;

const state: { world?: TelegramWorld<(typeof names)[number]> } = {};

beforeAll(async () => {
  state.world = await startTelegramWorld(names, { rates: true });
});
afterAll(async () => {
  await state.world?.end();
});

function world(): TelegramWorld<(typeof names)[number]> {
  if (state.world === undefined) throw new Error('the gateway did not start');
  return state.world;
}

test.concurrent('stream, in a private chat', async ({ expect }) => {
  const { Ann } = world().people;
  Ann.say(Ann.chat, 'stream: show me how Markdown looks');
  expect(await world().settled({ chat: Ann.chat })).toMatchInlineSnapshot(`
    "Ann: stream: show me how Markdown looks
    Dragoman: A date without a time zone is a guess. This answer streams, so you can watch Markdown grow: it has a list, code, a table and a link.
      ## What goes wrong
      An instant is the same for everybody. A day is not: it begins in Auckland while it is still yesterday in Honolulu, so whoever turns one into the other has to say where.
      new Date().getDate() asks the clock of the machine. Three things follow:
      - the same instant has two dates, one on your desk and one on the server
      - a test passes in the morning and fails at night
      - nobody notices until somebody flies the build moves to another country
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
      call | prints | right
      getDate() | 13 | only in New York
      toISOString() | 14 | everywhere
      toLocaleDateString() | 3/13/2026 | for people, not for keys
      > Store instants, show days.
      > Whoever stores days will have to explain them.
      - Write the test with a fixed instant.
      - Set TZ in the test run.
      - Fix the function, and only then the callers.
      That is all: one rule, one function, one test.
      scripted · build · # s · # tokens"
  `);
});

test.concurrent('shell, in a private chat: a card that is pressed, and one that is rejected with a reason', async ({
  expect,
}) => {
  const { Ben } = world().people;
  const place = { chat: Ben.chat };
  Ben.say(Ben.chat, 'shell: count the lines');
  await world().press(Ben, place, 'Allow once');
  await world().settled(place);
  Ben.say(Ben.chat, 'shell: once more');
  Ben.say(Ben.chat, 'count nothing today', { replyTo: await world().carrying(place, 'Reject') });
  // Words alone decide nothing: the bot asks back, and they become the reason by a button.
  await world().press(Ben, place, 'Reject with these words');
  expect(await world().settled(place, 2)).toMatchInlineSnapshot(`
    "Ben: shell: count the lines
    Dragoman: Worked · # s
      ✓ bash \`wc -l src/*.ts test/*.ts\`
    Dragoman: I'll count the lines of the project's files.
    Dragoman: Wants to run a command

      \`\`\`
      wc -l src/*.ts test/*.ts
      \`\`\`

      in default · for Ben
      ✓ Allowed once by Ben · #:#
    Dragoman: The command ran. It printed:

      \`\`\`text
        11 src/date.ts
        13 src/invoice.ts
         8 test/date.test.ts
        32 total
      \`\`\`

      That is the whole project.

      _scripted · build · # s · # tokens_
    Ben: shell: once more
    Dragoman: Worked · # s
      ✗ bash \`wc -l src/*.ts test/*.ts\` · failed
    Dragoman: I'll count the lines of the project's files.
    Dragoman: Wants to run a command

      \`\`\`
      wc -l src/*.ts test/*.ts
      \`\`\`

      in default · for Ben
      ✗ Rejected by Ben · #:#: count nothing today
    Ben: count nothing today
    Dragoman: Decided since: its card says how.
    Dragoman: You refused, so I did not do it. Your reason was: count nothing today

      _scripted · build · # s · # tokens_"
  `);
});

test.concurrent('question, in a topic of a private chat: the answer is a reply', async ({ expect }) => {
  const { Cem } = world().people;
  const place = { chat: Cem.chat, topic: Cem.openTopic('Dates') };
  Cem.say(Cem.chat, 'question: ask me', { topic: place.topic });
  const card = await eventually('the card', () =>
    world()
      .telegram.messages(place.chat, place.topic)
      .find(({ text }) => text.includes('A reply to this message is the answer')),
  );
  Cem.say(Cem.chat, '2026-03-14\nList', { topic: place.topic, replyTo: card.id });
  expect(await world().settled(place)).toMatchInlineSnapshot(`
    "Cem: (topic: Dates)
    Cem: question: ask me
    Dragoman: Worked · # s
      ✓ question \`Asked 2 questions\`
    Dragoman: Two things I cannot know:
    Dragoman: Has a question

      «*Format*

      How should a date look in the list of invoices?

      1. 2026-03-14: sorts by itself
      2. 14 March 2026: for people
      3. in 3 days: relative to today»

      «*Places*

      Where should it change?

      1. List: the list of invoices
      2. Letter: the printed invoice
      3. Export: the file for the accountant

      Several may be chosen.»

      in default · for Cem
      ✓ Answered by Cem · #:#: 2026-03-14; List
    Cem: 2026-03-14
      List
    Dragoman: Thank you. I understood:

      • How should a date look in the list of invoices? *2026-03-14*
      • Where should it change? *List*

      _scripted · build · # s · # tokens_"
  `);
});

test.concurrent('subagent, in a group by mention: what is not addressed is not answered', async ({
  expect,
}) => {
  const { telegram, people } = world();
  telegram.world.me.can_read_all_group_messages = true;
  const place = { chat: telegram.group('Team').id };
  people.Dora.say(place.chat, 'the dates are wrong again');
  people.Dora.say(place.chat, '@dragoman_bot subagent: ask somebody else');
  await world().press(people.Dora, place, 'Allow once');
  expect(await world().settled(place)).toMatchInlineSnapshot(`
    "Dora: the dates are wrong again
    Dora: @dragoman_bot subagent: ask somebody else
    Dragoman: People who were let in may talk to me here from now on. \`!who\` shows who they are, \`!who close\` turns it off.
    Dragoman: Worked · # s
      ✓ task \`Survey the sources\`
       ✓ bash \`ls src\`
    Dragoman: I'll let a sub-agent look around.
    Dragoman: A sub-agent wants to run a command

      \`\`\`
      ls src
      \`\`\`

      in default · for Dora
      ✓ Allowed once by Dora · #:#
    Dragoman: The sub-agent is back. Its report:

      The sources are:

      \`\`\`text
      date.ts
      invoice.ts
      \`\`\`

      _scripted · build · # s · # tokens_"
  `);
});

test.concurrent('two people in one topic of a forum: no mention is needed once it is ours', async ({
  expect,
}) => {
  const { telegram, people } = world();
  const forum = telegram.group('Work', { forum: true, bot: 'administrator' });
  const place = { chat: forum.id, topic: forum.openTopic('Count') };
  people.Dora.say(forum.id, '@dragoman_bot shell: count the lines', { topic: place.topic });
  await world().carrying(place, 'Allow once');
  people.Eve.say(forum.id, 'echo and thanks', { topic: place.topic });
  await eventually('Eve is told that she waits', () =>
    /Queued/.test(world().screen(place)) ? true : undefined,
  );
  await world().press(people.Eve, place, 'Allow once');
  expect(await world().settled(place, 2)).toMatchInlineSnapshot(`
    "Olga: (topic: Count)
    Dora: @dragoman_bot shell: count the lines
    Dragoman: People who were let in may talk to me here from now on. \`!who\` shows who they are, \`!who close\` turns it off.
    Dragoman: Worked · # s
      ✓ bash \`wc -l src/*.ts test/*.ts\`
    Dragoman: I'll count the lines of the project's files.
    Dragoman: Wants to run a command

      \`\`\`
      wc -l src/*.ts test/*.ts
      \`\`\`

      in default · for Dora
      ✓ Allowed once by Eve · #:#
    Eve: echo and thanks
    Dragoman: The command ran. It printed:

      \`\`\`text
        11 src/date.ts
        13 src/invoice.ts
         8 test/date.test.ts
        32 total
      \`\`\`

      That is the whole project.

      _scripted · build · # s · # tokens_
    Dragoman: and thanks

      _scripted · build · # s · # tokens_"
  `);
  expect(world().screen({ chat: forum.id })).toBe('');
});

test.concurrent('20 topics at once: nothing stands in the wrong place', async ({ expect }) => {
  const { telegram, people } = world();
  const places = Array.from({ length: 10 }, (_, at) => {
    const forum = telegram.group(`Forum ${at}`, { forum: true });
    return [1, 2].map((n) => ({ chat: forum.id, topic: forum.openTopic(`Topic ${n}`), word: `f${at}t${n}` }));
  }).flat();
  for (const { chat, topic, word } of places) people.Finn.say(chat, `@dragoman_bot echo ${word}`, { topic });
  for (const { word, ...place } of places) {
    await world().settled(place);
    const texts = telegram.messages(place.chat, place.topic).map(({ text }) => text);
    expect(texts.filter((text) => /\bf\dt\d\b/.test(text)).map((text) => text.split('\n')[0])).toEqual([
      `@dragoman_bot echo ${word}`,
      word,
    ]);
  }
});

test('edit and todo, in a private chat', async () => {
  const { Dora, Eve } = world().people;
  Dora.say(Dora.chat, 'edit: mend the date');
  await world().press(Dora, { chat: Dora.chat }, 'Allow once');
  expect(withoutPatch(await world().settled({ chat: Dora.chat }))).toMatchInlineSnapshot(`
    "Dora: edit: mend the date
    Dragoman: Worked · # s
      ✓ read \`src/date.ts\`
      ✓ edit \`src/date.ts\`
    Dragoman: I'll look at \`src/date.ts\` first.

      There it is: \`formatDay\` uses the clock of the machine. I make it use UTC.
    Dragoman: Wants to change a file

      \`src/date.ts\`

      \`\`\`diff
      (the patch)
      \`\`\`

      in default · for Dora
      ✓ Allowed once by Dora · #:#
    Dragoman: Done: \`formatDay\` gives the same day on every machine now, and the code is shorter. Say _edit_ again to see the next change.

      _1 file changed, +1 −3
      scripted · build · # s · # tokens_
      [Diff]"
  `);
  // Not beside the other: what changes in the project meanwhile counts for both.
  Eve.say(Eve.chat, 'todo: make a plan');
  await eventually('the list is done', () =>
    /3 of 3/.test(world().screen({ chat: Eve.chat })) ? true : undefined,
  );
  expect(await world().settled({ chat: Eve.chat })).toMatchInlineSnapshot(`
    "Eve: todo: make a plan
    Dragoman: I'll make a plan first.

      Looking for the callers.

      There are two callers. Now the test.

      The test fails, as it should. Now the fix.

      The test passes.

      All three are done. This was a rehearsal: no file was changed.

      _scripted · build · # s · # tokens_
    Dragoman: To-do · 3 of 3

      [x] Find the callers of formatDay
      [x] Write a test with a fixed instant
      [x] Fix the function"
  `);
});

test('the platform never had to say "too many requests"', () => {
  const { telegram, gateway } = world();
  expect(gateway.output()).not.toContain('rate-limited');
  expect(gateway.output()).not.toContain(telegram.token.split(':')[1]);
});
