import { describe, expect, test } from 'vitest';
import { serverMessageId } from '../../../src/core/ids.ts';
import type { World } from './world.ts';
import { createWorlds, firstSession, over, shows } from './worlds.ts';

const worlds = createWorlds();

const numbers = { last: 0 };

/** Somebody writes at the agent server itself. */
function writeThere({ agent }: World, text: string): Promise<void> {
  numbers.last += 1;
  const ref = { session: firstSession, directory: '/' };
  const messageId = serverMessageId(`msg_there_${numbers.last}`);
  return agent.prompt({ ref, messageId, parts: [{ id: `prt_there_${numbers.last}`, text }] });
}

/** A thread with one answered prompt. */
async function answered(): Promise<World> {
  const one = worlds.begin();
  await one.say('hello');
  await one.sees(() => one.agent.prompts.length === 1);
  one.agent.write('Hi');
  one.agent.end();
  await one.sees(() => over(one));
  return one;
}

describe('what somebody writes at the agent server', () => {
  test('is quoted in the thread, and its answer grows below', async () => {
    const one = await answered();
    await writeThere(one, 'list the files\nof src');
    one.agent.write('Two files');
    await one.sees(() => shows(one, 'Two files'));
    one.agent.end();
    await one.sees(() => !one.platform.message('Two files').content.live);
    const screen = one.platform.screen();
    const quote = screen.findIndex((text) => text.includes('From somebody at the agent server:'));
    expect(screen[quote]).toContain('> list the files\\\n> of src');
    expect(screen.findIndex((text) => text.includes('Two files'))).toBeGreaterThan(quote);
    await one.sees(() => over(one));
  });

  test('in the middle of our run is covered by the same answer', async () => {
    const one = await answered();
    await one.say('go on');
    await one.sees(() => one.agent.prompts.length === 2);
    one.agent.write('Going on');
    await one.sees(() => shows(one, 'Going on'));
    await writeThere(one, 'and faster');
    await one.sees(() => shows(one, '> and faster'));
    one.agent.write('Both done');
    one.agent.end();
    await one.sees(() => shows(one, 'Both done') && !shows(one, '[Stop]'));
    expect(one.platform.screen().filter((text) => text.includes('Both done'))).toHaveLength(1);
    await one.sees(() => over(one));
  });

  test('goes before what waits here, is never sent again, and is said to be lost with its server', async () => {
    const one = await answered();
    await writeThere(one, 'a long job');
    one.agent.write('Working');
    await one.sees(() => shows(one, 'Working'));
    await one.say('mine');
    await one.sees(() => shows(one, 'Queued behind 1 message.'));
    const before = one.agent.prompts.length;
    one.agent.die();
    one.agent.back();
    await one.sees(() => shows(one, 'The run ended with the server'));
    await one.sees(() => one.agent.prompts.length > before);
    expect(one.agent.prompts.slice(before).map(({ parts }) => parts.map(({ text }) => text))).toEqual([
      ['mine'],
    ]);
  });

  test('a title that the session gets there is its title here', async () => {
    const one = await answered();
    one.agent.retitle('Fix the date test');
    await one.sees(async () => {
      const row = await one.store.sessions.bySession(one.agent.server, firstSession);
      return row?.title === 'Fix the date test';
    });
  });

  test('is taken up after a restart of the gateway', async () => {
    const one = await answered();
    await writeThere(one, 'a job');
    one.agent.write('Half');
    await one.sees(() => shows(one, 'Half'));
    await worlds.halt();
    one.start();
    one.agent.write('Half, and whole');
    one.agent.end();
    await one.sees(() => shows(one, 'Half, and whole') && !shows(one, '[Stop]'));
    expect(one.platform.screen().filter((text) => text.includes('a job'))).toHaveLength(1);
    expect(one.platform.screen().filter((text) => text.includes('Half'))).toHaveLength(1);
  });
});
