import { expect, test } from 'vitest';
import type { World } from './world.ts';
import { createWorlds, over, shows } from './worlds.ts';

const worlds = createWorlds();

/** A thread with one answered prompt, whose session the server then loses. */
async function lost(more: Parameters<typeof worlds.begin>[0] = {}): Promise<World> {
  const one = worlds.begin(more);
  await one.say('the date test fails');
  await one.sees(() => one.agent.prompts.length === 1);
  one.agent.write('It is the time zone');
  one.agent.end();
  await one.sees(() => over(one));
  one.agent.lose();
  return one;
}

/** The words that reached the server with the newest prompt, and those that only the model reads. */
function newest({ agent }: World): { readonly said: string; readonly context: string } {
  const parts = agent.prompts.at(-1)?.parts ?? [];
  const textOf = (hidden: boolean) =>
    parts
      .filter((part) => (part.hidden === true) === hidden)
      .map(({ text }) => text)
      .join('\n');
  return { said: textOf(false), context: textOf(true) };
}

test('a prompt whose session is gone goes to a new one, once, with what people asked before as context', async () => {
  const one = await lost();
  await one.say('and now fix it');
  await one.sees(() => one.agent.prompts.length === 3);
  expect(one.agent.prompts.map(({ ref }) => ref.session)).toEqual(['ses_1', 'ses_1', 'ses_2']);
  expect(newest(one).said).toBe('and now fix it');
  expect(newest(one).context).toContain('Ann: the date test fails');
  expect(newest(one).context).toContain('for context only');
  one.agent.write('Fixed', 'ses_2');
  one.agent.end({}, 'ses_2');
  await one.sees(async () => shows(one, 'Fixed') && (await over(one)));
  const screen = one.platform.screen().join('\n');
  expect(screen.match(/was no longer on the agent server/g)).toHaveLength(1);
  expect(screen).toContain('It was given the last message of this thread');
  expect(screen).not.toContain('ses_');
  await one.say('thanks');
  await one.sees(() => one.agent.prompts.length === 4);
  expect(newest(one)).toEqual({ said: 'thanks', context: '' });
  expect(one.agent.prompts.at(-1)?.ref.session).toBe('ses_2');
});

test('where the platform can tell what stands in the thread, that is the context, answers too', async () => {
  const one = await lost();
  one.platform.earlier.push(
    { message: 'm1', author: { id: 'fake:ann', name: 'Ann' }, text: 'the date test fails', at: 1 },
    { message: 'm2', author: { id: 'fake:bot', name: 'Dragoman' }, text: 'It is the time zone', at: 2 },
  );
  await one.say('and now fix it');
  await one.sees(() => one.agent.prompts.length === 3);
  expect(newest(one).context).toContain('Dragoman: It is the time zone');
});

test('a run that was lost with its session goes on in a new one', async () => {
  const one = worlds.begin();
  await one.say('a long job');
  await one.sees(() => one.agent.prompts.length === 1);
  one.agent.write('Half');
  await one.sees(() => shows(one, 'Half'));
  one.clock.shift(10_000);
  one.agent.die();
  one.agent.lose();
  one.agent.back();
  await one.sees(() => one.agent.prompts.at(-1)?.ref.session === 'ses_2');
  one.agent.write('Whole', 'ses_2');
  one.agent.end({}, 'ses_2');
  await one.sees(async () => shows(one, 'Whole') && (await over(one)));
  expect(shows(one, 'Half')).toBe(false);
  expect(one.platform.screen().filter((text) => text.includes('[Stop]'))).toEqual([]);
});

test('where the new one is gone too, the prompt fails in a plain sentence', async () => {
  const one = await lost();
  const create = one.agent.createSession.bind(one.agent);
  const forgetful = {
    ...one.agent,
    createSession: async (...call: Parameters<typeof create>) => {
      const id = await create(...call);
      one.agent.lose(id);
      return id;
    },
  };
  await worlds.halt();
  one.start('two', worlds.store(), forgetful);
  await one.say('and now fix it');
  await one.sees(() => shows(one, 'The agent server reported an error'));
  await one.sees(() => over(one));
  expect(one.agent.prompts.map(({ ref }) => ref.session)).toEqual(['ses_1', 'ses_1', 'ses_2']);
});
