import { afterEach, describe, expect, test } from 'vitest';
import type { World } from './world.ts';
import { createWorlds, shows } from './worlds.ts';

const worlds = createWorlds();
const state: { writing?: NodeJS.Timeout } = {};
afterEach(() => clearInterval(state.writing));

/** The agent always has more to say than the pace lets through: no look at the thread finds it at rest. */
async function talkative(): Promise<World> {
  const rates = [{ scope: 'thread', calls: 'any', limit: 5, windowMs: 500 }] as const;
  const one = await worlds.running({ abilities: { rates } });
  one.agent.write('It begins');
  state.writing = setInterval(() => one.agent.token(' and goes on'), 3);
  await one.sees(() => shows(one, 'and goes on'));
  return one;
}

describe('while text comes faster than it may be shown', () => {
  test('what was said meanwhile is told to wait, and no longer when it was withdrawn', async () => {
    const one = await talkative();
    const message = await one.say('one more');
    await one.sees(() => shows(one, 'Queued behind 1 message.'));
    await one.receive({ type: 'message-deleted', message });
    await one.sees(() => !shows(one, 'Queued behind'));
  });

  test('the place in the queue is true', async () => {
    const one = await talkative();
    const message = await one.say('first');
    await one.sees(() => shows(one, 'Queued behind 1 message.'));
    await one.say('second');
    await one.sees(() => shows(one, 'Queued behind 2 messages.'));
    await one.receive({ type: 'message-deleted', message });
    const queued = () => one.platform.screen().filter((text) => text.includes('Queued behind'));
    await one.sees(() => queued().length === 1);
    expect(queued()[0]).toContain('Queued behind 1 message.');
  });
});
