import { describe, expect, test } from 'vitest';
import { createWorlds, over, permission, shows } from './worlds.ts';

const worlds = createWorlds();
const silence = 'The model has said nothing for';

describe('a model that says nothing', () => {
  test('is told of after a minute, with a button that ends it, until it speaks', async () => {
    const one = await worlds.running();
    await one.sees(() => shows(one, 'Working'));
    one.clock.shift(50_000);
    await one.sees(() => shows(one, 'Working · 5'));
    expect(shows(one, silence)).toBe(false);
    one.clock.shift(11_000);
    await one.sees(() => shows(one, silence));
    const told = one.platform.screen().find((text) => text.includes(silence));
    expect(told).toContain('[Stop]');
    one.agent.write('At last');
    await one.sees(() => shows(one, 'At last') && !shows(one, silence));
    one.clock.shift(61_000);
    await one.sees(() => shows(one, silence));
    await one.press('Stop');
    await one.sees(() => shows(one, 'Stopped by Ann.') && !shows(one, silence));
  });

  test('is told of in a quiet thread too', async () => {
    const one = worlds.begin();
    await one.say('!verbosity quiet');
    await one.say('hello');
    await one.sees(() => one.agent.prompts.length === 1);
    expect(shows(one, 'Working')).toBe(false);
    one.clock.shift(61_000);
    await one.sees(() => shows(one, silence) && shows(one, '[Stop]'));
    one.agent.write('Here');
    one.agent.end();
    await one.sees(async () => shows(one, 'Here') && (await over(one)));
    expect(shows(one, silence)).toBe(false);
  });

  test('is none while a person is asked', async () => {
    const one = await worlds.running();
    one.agent.ask(permission);
    await one.sees(() => shows(one, '[Allow once]'));
    one.clock.shift(120_000);
    await one.sees(() => shows(one, 'Waiting for an answer') || shows(one, 'Working · 2 min'));
    expect(shows(one, silence)).toBe(false);
  });
});

describe('a model that is called again and again without a word', () => {
  test('is stopped, people are told, and the next message goes', async () => {
    const one = await worlds.running();
    for (let n = 0; n < 4; n += 1) one.agent.step('ses_1');
    await one.sees(() => shows(one, 'The model was called 4 times and answered nothing'));
    await one.sees(() => one.agent.aborts.length === 1);
    await one.sees(() => over(one));
    await one.say('again');
    await one.sees(() => one.agent.prompts.length === 2);
    one.agent.write('Now');
    one.agent.end();
    await one.sees(async () => shows(one, 'Now') && (await over(one)));
  });

  test('is left alone as long as it says something in between', async () => {
    const one = await worlds.running();
    for (let n = 0; n < 3; n += 1) one.agent.step('ses_1');
    one.agent.write('Looking');
    one.agent.step('ses_1');
    for (let n = 0; n < 3; n += 1) one.agent.step('ses_1');
    one.agent.write('Done');
    one.agent.end();
    await one.sees(async () => shows(one, 'Done') && (await over(one)));
    expect(one.agent.aborts).toEqual([]);
  });
});
