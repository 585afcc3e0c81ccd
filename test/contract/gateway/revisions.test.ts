import { expect, test } from 'vitest';
import { createWorlds, shows } from './worlds.ts';

const worlds = createWorlds();

test('a message that calls us since a change of it is a prompt, and one that was a prompt before is changed', async () => {
  const one = await worlds.running({ abilities: { whisper: false } });
  const message = await one.say('and then this');
  await one.sees(() => shows(one, 'Queued behind'));
  await one.receive({
    type: 'message',
    message,
    text: 'and then that',
    addressed: true,
    revised: true,
  });
  await one.receive({ type: 'message', message: 'm51', text: 'new to us', addressed: true, revised: true });
  await one.sees(() => shows(one, 'Queued behind'));
  one.agent.end();
  await one.sees(() => one.agent.prompts.length === 2);
  one.agent.end();
  const asked = () => one.agent.prompts.flatMap(({ parts }) => parts.map(({ text }) => text)).join(' / ');
  await one.sees(() => asked().includes('new to us'));
  expect(asked()).toContain('and then that');
  expect(asked()).not.toContain('and then this');
});
