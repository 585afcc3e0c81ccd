import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeTelegram, startTelegram } from '../fake/telegram.ts';
import { button, eventually, type Gateway, screen as pageScreen, settled, startGateway } from '../harness.ts';
import { sharedDatabase } from '../shared.ts';

/** One session on the page and in a private chat of Telegram, at once. */

let telegram: FakeTelegram;
let gateway: Gateway;
let ann: ReturnType<FakeTelegram['person']>;

beforeAll(async () => {
  telegram = await startTelegram();
  ann = telegram.person('Ann');
  gateway = await startGateway({
    databaseUrl: await sharedDatabase(),
    env: {
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_URL: telegram.url,
      DRAGOMAN_ADMINS: `telegram:${ann.user.id}`,
    },
  });
});
afterAll(async () => {
  await gateway.end();
  await telegram.stop();
});

/** What Ann sees in her chat; what differs from run to run (ids, times, durations, sizes) is `#`. */
function chat(): string {
  return (
    telegram
      .screen(ann.chat)
      .replace(/\b\d{2}:\d{2}\b/g, '#:#')
      .replace(/\b\d+ min( \d+ s)?|\b[\d.]+ s\b/g, '# s')
      // How long a tool took is said where it was long: that differs from machine to machine.
      .replace(/([✓✗] .*?)(?: · # s)+$/gm, '$1')
      .replace(/\b[\d.]+k? tokens/g, '# tokens')
      // A long turn calls its author by a message of its own.
      .replace(/\nDragoman: (scripted · build[^\n]*?)\s+<\w+>(?=\n|$)/g, '\n  _$1_')
      .replace(/[ \t]+$/gm, '')
  );
}

async function chatShows(words: string): Promise<void> {
  await eventually(`"${words}" in the chat`, () => (chat().includes(words) ? true : undefined)).catch(
    (error: unknown) => {
      throw new Error(`${String(error)}\n${chat()}\n${gateway.output()}`);
    },
  );
}

/** Turns that have ended in the chat. */
async function endedThere(turns: number): Promise<void> {
  await eventually(`${turns} answers in the chat`, () =>
    (chat().match(/scripted · build/g)?.length ?? 0) === turns && !/\[Stop\]|▸/.test(chat())
      ? true
      : undefined,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${chat()}`);
  });
}

test('a card of the one is answered in the other, what is said in the other is quoted, and both read alike', async () => {
  const page = gateway.page();
  const thread = await page.begin();
  await page.send(thread, 'todo: here');
  await settled(page, thread);
  ann.say(ann.chat, '!watch 1');
  await chatShows('This thread shows');
  await page.send(thread, 'shell: count the lines');
  await button(page, thread, 'Allow once');
  const card = await eventually('the card in the chat', () =>
    telegram.messages(ann.chat).findLast(({ buttons }) => buttons.flat().includes('Allow once')),
  );
  const confirmed = ann.press(ann.chat, card.id, 'Allow once');
  await eventually('the press is confirmed', () => confirmed.answer);
  await endedThere(1);
  await settled(page, thread);
  ann.say(ann.chat, 'todo: from the chat');
  await eventually('it is quoted on the page', async () =>
    pageScreen(await page.messages(thread)).includes('todo: from the chat') ? true : undefined,
  );
  await endedThere(2);
  const messages = await settled(page, thread);
  const from = messages.findIndex(({ text }) => text.includes('watches this session'));
  expect(pageScreen(messages.slice(from))).toMatchInlineSnapshot(`
    "Dragoman  Ann on telegram watches this session from now on.
    You       shell: count the lines
    Dragoman  Worked · # s
              ✓ bash wc -l src/*.ts test/*.ts
    Dragoman  I'll count the lines of the project's files.
    Dragoman  Wants to run a command
              wc -l src/*.ts test/*.ts
              in default · for You
              ✓ Allowed once by Ann on telegram · #:#
    Dragoman  The command ran. It printed:
              text
                11 src/date.ts
                13 src/invoice.ts
                 8 test/date.test.ts
                32 total
              That is the whole project.
              scripted · build · # s · # tokens
    Dragoman  From Ann on telegram:
              todo: from the chat
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
  expect(chat()).toMatchInlineSnapshot(`
    "Ann: !watch 1
    Dragoman: This thread shows "todo: here", as \`web · todo: here\` does. What is said here goes to that session.
    Dragoman: From You on web:

      «shell: count the lines»
    Dragoman: Worked · # s
      ✓ bash \`wc -l src/*.ts test/*.ts\`
    Dragoman: I'll count the lines of the project's files.
    Dragoman: Wants to run a command

      \`\`\`
      wc -l src/*.ts test/*.ts
      \`\`\`

      in default · for You
      ✓ Allowed once by Ann · #:#
    Dragoman: The command ran. It printed:

      \`\`\`text
        11 src/date.ts
        13 src/invoice.ts
         8 test/date.test.ts
        32 total
      \`\`\`

      That is the whole project.

      _scripted · build · # s · # tokens_
    Ann: todo: from the chat
    Dragoman: I'll make a plan first.

      Looking for the callers.

      There are two callers. Now the test.

      The test fails, as it should. Now the fix.

      The test passes.

      All three are done. This was a rehearsal: no file was changed.

      _scripted · build · # s · # tokens_"
  `);
});
