import { afterAll, beforeAll, expect, test } from 'vitest';
import { tokens } from '../fake/slack.ts';
import { type Gateway, startGateway } from '../harness.ts';
import { sharedDatabase } from '../shared.ts';
import { discordSpot } from './everywhere/discord.ts';
import { pageSpot } from './everywhere/page.ts';
import { slackSpot } from './everywhere/slack.ts';
import { type Spot, settled } from './everywhere/spot.ts';
import { type StandIns, startStandIns } from './everywhere/standins.ts';
import { telegramSpot } from './everywhere/telegram.ts';

/** A word of the tour, a sentence that only its answer holds, and what a person does meanwhile. */
const tour: Readonly<
  Record<string, { readonly sentence: string; readonly act?: (spot: Spot) => Promise<void> }>
> = {
  stream: { sentence: 'one rule, one function, one test.' },
  shell: { sentence: 'The command ran. It printed:', act: (spot) => spot.press('Allow once') },
  edit: { sentence: 'gives the same day on every machine now', act: (spot) => spot.press('Allow once') },
  question: { sentence: 'Thank you. I understood:', act: (spot) => spot.answer('2026-03-14', 'List') },
  todo: { sentence: 'All three are done.' },
  subagent: { sentence: 'The sub-agent is back.', act: (spot) => spot.press('Allow once') },
  error: { sentence: 'The provider failed twice and was asked again each time.' },
  long: { sentence: 'Almost every program handles dates' },
};
const words = Object.keys(tour);

interface World {
  readonly gateway: Gateway;
  readonly standIns: StandIns;
  /** Spots of each platform, one for each word of the tour. */
  readonly spots: readonly { readonly word: string; readonly mark: string; readonly spot: Spot }[];
}

const state: { world?: World } = {};

function world(): World {
  if (state.world === undefined) throw new Error('the gateway did not start');
  return state.world;
}

beforeAll(async () => {
  const standIns = await startStandIns();
  const { slack, discord, telegram } = standIns;
  telegram.rates.on = true;
  const dana = discord.people.join('Dana');
  const channels = { api: discord.people.channel('api'), edits: discord.people.channel('edits') };
  const people = words.map((word) => telegram.person(`T${word}`));
  const forums = words.map((word) => telegram.group(`Forum ${word}`, { forum: true }));
  const editor = people[words.indexOf('edit')];
  const gateway = await startGateway({
    databaseUrl: await sharedDatabase(),
    env: {
      ...standIns.env,
      DRAGOMAN_ADMINS: [
        'slack:U0ANN',
        'slack:U0BEN',
        `discord:${dana}`,
        ...people.map(({ user }) => `telegram:${user.id}`),
      ].join(','),
    },
    // Four threads change the same file: each platform does it in a project of its own.
    channels: {
      'slack:C0OPS': 'slack',
      [`discord:${channels.edits}`]: 'discord',
      [`telegram:${editor?.chat}`]: 'telegram',
    },
  });
  const pages = await Promise.all(words.map((word) => pageSpot(gateway, `page/${word}`)));
  const spots = words.flatMap((word, at) => {
    const person = people[at];
    const forum = forums[at];
    const page = pages[at];
    if (person === undefined || forum === undefined || page === undefined) return [];
    // One half in private chats, one in topics.
    const inTopic = at % 2 === 1;
    const where = inTopic ? { chat: forum.id, topic: forum.openTopic('Tour') } : { chat: person.chat };
    return [
      page,
      slackSpot(
        slack,
        word === 'edit' ? 'C0OPS' : 'C0API',
        at % 2 === 0 ? 'U0ANN' : 'U0BEN',
        `slack/${word}`,
      ),
      discordSpot(discord, dana, word === 'edit' ? channels.edits : channels.api, `discord/${word}`),
      telegramSpot(telegram, person, where.chat, where.topic, `telegram/${word}`),
    ].map((spot, index) => ({ word, mark: `mark${at}x${index}`, spot }));
  });
  state.world = { gateway, standIns, spots };
});

afterAll(async () => {
  await state.world?.gateway.end();
  await state.world?.standIns.stop();
});

/** How often it stands there. */
const times = (text: string, what: string) => text.split(what).length - 1;

test('the tour in 32 threads at once, on three platforms and the page: nothing is lost, doubled or in the wrong place', {
  timeout: 900_000,
}, async () => {
  const { spots, gateway } = world();
  expect(spots).toHaveLength(32);
  const ends = await Promise.allSettled(
    spots.map(async ({ word, mark, spot }) => {
      await spot.say(`${word}: go`);
      await tour[word]?.act?.(spot);
      await settled(spot, 1);
      await spot.say(`echo ${mark}`);
      return { word, mark, name: spot.name, seen: await settled(spot, 2) };
    }),
  );
  const failed = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
  expect(failed, `${failed.join('\n\n')}\n${gateway.output()}`).toEqual([]);
  const threads = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
  for (const { word, mark, name, seen } of threads) {
    const answers = words.filter((other) => times(seen, tour[other]?.sentence ?? '') > 0);
    expect(answers, `${name}\n${seen}`).toEqual([word]);
    expect(times(seen, tour[word]?.sentence ?? ''), `${name}\n${seen}`).toBe(1);
    // Once as it was said, once as the answer.
    expect(times(seen, mark), `${name}\n${seen}`).toBe(2);
    expect(seen.match(/mark\d+x\d+/g), `${name}\n${seen}`).toEqual([mark, mark]);
  }
});

test('no platform had to say "too many requests", and no token stands in the log', () => {
  const { gateway, standIns } = world();
  const { telegram, discord } = standIns;
  expect(gateway.output()).not.toContain('rate-limited');
  for (const secret of [tokens.bot, tokens.app, telegram.token.split(':')[1], discord.token])
    expect(gateway.output()).not.toContain(secret);
});
