import { afterAll, beforeAll, test } from 'vitest';
import type { Person } from '../fake/telegram/people.ts';
import { type FakeTelegram, startTelegram } from '../fake/telegram.ts';
import { eventually, type Gateway, startGateway } from '../harness.ts';

/** On a Telegram without limits of calls, in contrast to telegram.test.ts. */
const names = ['Ann', 'Ben', 'Cem', 'Finn'] as const;
type Name = (typeof names)[number];

interface World {
  readonly telegram: FakeTelegram;
  readonly gateway: Gateway;
  readonly people: Readonly<Record<Name, Person>>;
}

const state: { world?: World } = {};

beforeAll(async () => {
  const telegram = await startTelegram();
  const person = (name: Name) => [name, telegram.person(name)] as const;
  const people = Object.fromEntries(names.map(person)) as World['people'];
  const admins = Object.values(people).map(({ user }) => `telegram:${user.id}`);
  const gateway = await startGateway({
    env: {
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_URL: telegram.url,
      DRAGOMAN_ADMINS: admins.join(','),
    },
  });
  state.world = { telegram, gateway, people };
});
afterAll(async () => {
  await state.world?.gateway.end();
  await state.world?.telegram.stop();
});

function world(): World {
  if (state.world === undefined) throw new Error('the gateway did not start');
  return state.world;
}

/** A chat or a topic. */
interface Place {
  readonly chat: number;
  readonly topic?: number;
}

/** What a person sees there; what differs from run to run (times, durations, sizes) is `#`. */
function screen({ chat, topic }: Place): string {
  return (
    world()
      .telegram.screen(chat, topic)
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

/** Waits until this many turns have ended there, and nothing of them changes any more. */
async function settled(place: Place, turns = 1): Promise<string> {
  return eventually(`${turns} answers in ${JSON.stringify(place)}`, () => {
    const seen = screen(place);
    const ended = seen.match(/scripted · build/g)?.length ?? 0;
    return ended === turns && !/\[Stop\]|▸|⚠/.test(seen) ? seen : undefined;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${screen(place)}\n${world().gateway.output()}`);
  });
}

async function press(who: Person, { chat, topic }: Place, label: string): Promise<void> {
  const message = await eventually(`a button [${label}]`, () => {
    const messages = world().telegram.messages(chat, topic);
    return messages.findLast(({ buttons }) => buttons.flat().includes(label))?.id;
  });
  const pressed = who.press(chat, message, label);
  await eventually(`the press on [${label}] is confirmed`, () => pressed.answer);
}

/** The newest question that an app answers with a reply. */
async function asked({ chat, topic }: Place, label: string): Promise<number> {
  return eventually(`the question ${label}`, () => {
    const messages = world().telegram.messages(chat, topic);
    return messages.findLast(({ plain }) => plain.includes('Reply with') && plain.includes(label))?.id;
  });
}

test.concurrent('forms: two questions, one in own words, and a reason, all asked by the bot', async ({
  expect,
}) => {
  const { Ann } = world().people;
  const place = { chat: Ann.chat };
  Ann.say(Ann.chat, 'question: ask me');
  await press(Ann, place, 'Answer');
  Ann.say(Ann.chat, '2', { replyTo: await asked(place, 'How should a date look') });
  Ann.say(Ann.chat, '1, and in the footer', { replyTo: await asked(place, 'Where should it change') });
  const answered = await settled(place);
  expect(answered).toContain('How should a date look in the list of invoices? *14 March 2026*');
  expect(answered).toContain('Where should it change? *List, and in the footer*');
  expect(answered).toContain('✓ Answered by Ann');
  Ann.say(Ann.chat, 'shell: count the lines');
  await press(Ann, place, 'Reject with reason');
  Ann.say(Ann.chat, 'count nothing today', { replyTo: await asked(place, 'Reason') });
  const rejected = await settled(place, 2);
  expect(rejected).toContain('✗ Rejected by Ann · #:#: count nothing today');
  expect(rejected).toContain('Your reason was: count nothing today');
  await eventually('the questions are taken away', () =>
    screen(place).includes('Reply with') ? undefined : true,
  );
});

test.concurrent('error, in a private chat', async ({ expect }) => {
  const { Ben } = world().people;
  Ben.say(Ben.chat, 'error: show me what happens when the provider fails');
  await settled({ chat: Ben.chat });
  expect(screen({ chat: Ben.chat })).toMatchInlineSnapshot(`
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
  await settled({ chat: Cem.chat });
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

test.concurrent('8 topics of one forum at once: nothing stands in the wrong place', async ({ expect }) => {
  const { telegram, people } = world();
  const forum = telegram.group('Forum', { forum: true });
  const places = Array.from({ length: 8 }, (_, n) => ({
    chat: forum.id,
    topic: forum.openTopic(`Topic ${n}`),
    word: `topic-${n}.`,
  }));
  for (const { chat, topic, word } of places) people.Finn.say(chat, `@dragoman_bot echo ${word}`, { topic });
  for (const { word, ...place } of places) {
    await settled(place);
    const texts = telegram.messages(place.chat, place.topic).map(({ plain }) => plain);
    expect(texts.filter((text) => /\btopic-\d+\./.test(text)).map((text) => text.split('\n')[0])).toEqual([
      `@dragoman_bot echo ${word}`,
      word,
    ]);
  }
  expect(screen({ chat: forum.id })).toBe('');
});
