import { afterAll, beforeAll, test } from 'vitest';
import { eventually } from '../harness.ts';
import { startTelegramWorld, type TelegramWorld } from './telegram-world.ts';

/** On a Telegram without limits of calls, in contrast to telegram.test.ts. */
const names = ['Ann', 'Ben', 'Cem', 'Dora', 'Eve', 'Finn'] as const;

/** A picture of one red point. */
const point =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const state: { world?: TelegramWorld<(typeof names)[number]> } = {};

beforeAll(async () => {
  state.world = await startTelegramWorld(names);
});
afterAll(async () => {
  await state.world?.end();
});

function world(): TelegramWorld<(typeof names)[number]> {
  if (state.world === undefined) throw new Error('the gateway did not start');
  return state.world;
}

test.concurrent('forms: two questions, one in own words, and a reason, all asked by the bot', async ({
  expect,
}) => {
  const { Ann } = world().people;
  const place = { chat: Ann.chat };
  Ann.say(Ann.chat, 'question: ask me');
  await world().press(Ann, place, 'Answer');
  Ann.say(Ann.chat, '2', { replyTo: await world().asked(place, 'How should a date look') });
  Ann.say(Ann.chat, '1, and in the footer', {
    replyTo: await world().asked(place, 'Where should it change'),
  });
  const answered = await world().settled(place);
  expect(answered).toContain('How should a date look in the list of invoices? *14 March 2026*');
  expect(answered).toContain('Where should it change? *List, and in the footer*');
  expect(answered).toContain('✓ Answered by Ann');
  Ann.say(Ann.chat, 'shell: count the lines');
  await world().press(Ann, place, 'Reject with reason');
  Ann.say(Ann.chat, 'count nothing today', { replyTo: await world().asked(place, 'Reason') });
  const rejected = await world().settled(place, 2);
  expect(rejected).toContain('✗ Rejected by Ann · #:#: count nothing today');
  expect(rejected).toContain('Your reason was: count nothing today');
  await eventually('the questions are taken away', () =>
    world().screen(place).includes('Reply with') ? undefined : true,
  );
});

test.concurrent('error, in a private chat', async ({ expect }) => {
  const { Ben } = world().people;
  Ben.say(Ben.chat, 'error: show me what happens when the provider fails');
  await world().settled({ chat: Ben.chat });
  expect(world().screen({ chat: Ben.chat })).toMatchInlineSnapshot(`
    "Ben: error: show me what happens when the provider fails
    Dragoman: The provider failed twice and was asked again each time. *This is the third try*, and it works.

      _scripted · build · # s · # tokens_"
  `);
});

test.concurrent('long, in a private chat: several messages, each whole, and no fence left open', async ({
  expect,
}) => {
  const { telegram, people } = world();
  const { Cem } = people;
  Cem.say(Cem.chat, 'long: tell me all about dates');
  await world().settled({ chat: Cem.chat });
  const texts = telegram
    .messages(Cem.chat)
    .filter(({ from }) => from === 'Dragoman')
    .map(({ text }) => text);
  expect(texts.length).toBeGreaterThan(1);
  for (const text of texts) {
    expect(text.length).toBeLessThanOrEqual(4400);
    expect((text.match(/```/g)?.length ?? 0) % 2).toBe(0);
  }
  expect(texts.map((text) => text.split('\n')[0])).toMatchInlineSnapshot(`
    [
      "# Dates, from the beginning",
      "\`\`\`typescript",
      "\`\`\`typescript",
    ]
  `);
});

test.concurrent('an album with a caption is one prompt with all of its pictures', async ({ expect }) => {
  const { Dora } = world().people;
  const picture = {
    kind: 'photo' as const,
    file: { name: 'p.png', mime: 'image/png', bytes: Buffer.from(point, 'base64') },
  };
  Dora.sendAlbum(Dora.chat, 'files: what did I send?', [picture, picture, picture]);
  expect(await world().settled({ chat: Dora.chat })).toMatchInlineSnapshot(`
    "Dora: (photo)
      files: what did I send?
    Dora: (photo)
    Dora: (photo)
    Dragoman: I got 3 files:

      • \`photo.jpg\`: image/png, 70 bytes
      • \`photo-2.jpg\`: image/png, 70 bytes
      • \`photo-3.jpg\`: image/png, 70 bytes

      _scripted · build · # s · # tokens_"
  `);
});

test.concurrent('an answer that is too long for messages ends in a file', async ({ expect }) => {
  const { telegram, people } = world();
  const { Eve } = people;
  const lines = Array.from({ length: 400 }, (_, n) => `Line ${n} of an answer that goes on and on.`);
  Eve.say(Eve.chat, `echo ${lines.join('\n\n')}`);
  await world().settled({ chat: Eve.chat });
  const shown = () => telegram.messages(Eve.chat).filter(({ from }) => from === 'Dragoman');
  const file = await eventually('the file', () =>
    shown()
      .flatMap(({ content }) => content.media?.document ?? [])
      .at(0),
  );
  expect(file.file_name).toBe('answer.md');
  const saved = telegram.world.files.get(file.file_id);
  expect(Buffer.from(saved?.bytes ?? []).toString()).toContain(lines.at(-1));
  expect(
    shown()
      .map(({ plain }) => plain)
      .join('\n'),
  ).not.toContain(lines.at(-1));
});
