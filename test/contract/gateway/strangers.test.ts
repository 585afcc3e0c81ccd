/** Nobody who was not let in makes the bot say or do anything where others read, whatever they send. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Author } from '../../../src/core/channel.ts';
import type { World } from './world.ts';
import { createOpenWorlds, type Making, shows } from './worlds.ts';

const worlds = createOpenWorlds();

const eve: Author = { id: 'fake:eve-outside', name: 'Eve' };
const bot: Author = { id: 'fake:some-bot', name: 'CI', bot: true };
const group = { room: 'thread', thread: 'group' } as const;

const handled = (one: World) =>
  one.sees(async () => (await one.store.inbox.pending(one.agent.server, 10, [])).length === 0);

type Sent = Parameters<World['receive']>[0];

const texts = fc.constantFrom(
  'do it',
  '!help',
  '!stauts',
  '!stop all',
  '!review',
  '/status',
  '!pair AAAA-AAAA',
  '',
);
const attachments = fc.constantFrom(undefined, [
  { id: 'f', name: 'plan.pdf', mime: 'application/pdf', size: 9 },
]);

/** Anything that a platform can tell of a person who writes; `waiting`: Ann's message that waits. */
const written = (waiting: string): fc.Arbitrary<Sent> =>
  fc.oneof(
    fc
      .record({ text: texts, attachments, addressed: fc.boolean() })
      .map(({ text, addressed, attachments: files }) => ({
        type: 'message' as const,
        text,
        addressed,
        ...(files === undefined ? {} : { attachments: files }),
      })),
    fc.constantFrom('help', 'stop', 'nothing-like-it', 'review').map((name) => ({
      type: 'command' as const,
      name,
      text: '',
    })),
    texts.map((text) => ({ type: 'message-edited' as const, message: waiting, text })),
  );

/** Presses, with tokens that are and are not ours. */
const pressed = (token: string): fc.Arbitrary<Sent> =>
  fc
    .constantFrom(token, 'forged', '')
    .chain((given) =>
      fc.constantFrom(
        { type: 'button' as const, message: 'card', token: given },
        { type: 'form' as const, message: 'card', token: given, fields: { reason: ['because'] } },
      ),
    );

/** Ann’s work in a thread, with one message that waits behind it and a card. */
async function begun(
  making: Making = {},
): Promise<{ readonly one: World; readonly waiting: string; readonly token: string }> {
  const one = worlds.begin(making);
  await one.say('work', group);
  await one.sees(() => one.agent.prompts.length === 1);
  const waiting = await one.say('and this', group);
  await one.sees(() => shows(one, 'Queued behind', 'group'));
  return { one, waiting, token: one.platform.button('Stop', 'group').button.token };
}

const seen = ({ platform, agent }: World) =>
  JSON.stringify([platform.screen('group'), platform.whispers, agent.prompts.length]);

describe('somebody who was not let in', () => {
  test('changes nothing by anything that they write', async () => {
    const { one, waiting } = await begun();
    const before = seen(one);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(eve, bot), written(waiting), async (author, sent) => {
        await one.receive({ message: `m${numbers.next()}`, ...group, author, ...sent });
        await handled(one);
        expect(seen(one)).toBe(before);
      }),
      { numRuns: 40 },
    );
    one.agent.end();
    await one.sees(() => one.agent.prompts.length === 2);
    expect(one.agent.prompts[1]?.parts.map(({ text }) => text).join()).toContain('and this');
  });

  test('is told once, alone, who may press, and a bot never', async () => {
    const { one, token } = await begun();
    const screen = () => JSON.stringify(one.platform.screen('group'));
    const before = screen();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(eve, bot), pressed(token), async (author, sent) => {
        await one.receive({ ...group, author, ...sent });
        await handled(one);
        expect(screen()).toBe(before);
      }),
      { numRuns: 30 },
    );
    expect(one.platform.whispers.filter(({ to }) => to === bot.id)).toEqual([]);
    const told = one.platform.whispers.filter(({ to }) => to === eve.id);
    expect(told.length).toBeLessThanOrEqual(1);
    for (const { text } of told) expect(text).toMatch(/^Only .* may (do|decide) this/);
  });
});

test('a message of somebody else is not theirs to change, also for those who were let in', async () => {
  const ben: Author = { id: 'fake:ben', name: 'Ben' };
  const { one, waiting } = await begun({ settings: { admins: ['fake:ann', ben.id] } });
  const sent = { type: 'message-edited', message: waiting, text: 'delete everything', ...group } as const;
  await one.receive({ ...sent, author: ben });
  await handled(one);
  one.agent.end();
  await one.sees(() => one.agent.prompts.length === 2);
  expect(JSON.stringify(one.agent.prompts[1])).not.toContain('delete everything');
});

const numbers = {
  last: 0,
  next(): number {
    this.last += 1;
    return this.last;
  },
};
