import { describe, expect, test } from 'vitest';
import type { World } from './world.ts';
import { createWorlds, over, shows } from './worlds.ts';

const worlds = createWorlds();

/** A run into which a second message was sent. */
async function steered(arrives = true): Promise<World> {
  const one = worlds.begin();
  await one.say('hello');
  await one.sees(() => one.agent.prompts.length === 1);
  one.agent.write('Well');
  await one.sees(() => shows(one, 'Well'));
  await one.say('also this');
  await one.sees(() => shows(one, '[Send now]'));
  one.agent.dropPrompts.next = arrives ? 0 : 1;
  await one.press('Send now');
  await one.sees(() => one.agent.prompts.length === 2);
  await one.sees(() => shows(one, 'one answer will cover both'));
  return one;
}

describe('a message that was sent into a run', () => {
  test('and that the run was answered without has an answer of its own', async () => {
    const one = await steered(false);
    one.agent.end();
    await one.sees(() => one.agent.prompts.length === 3);
    expect(one.agent.prompts[2]?.messageId).toBe(one.agent.prompts[1]?.messageId);
    one.agent.write('This as well');
    one.agent.end();
    await one.sees(() => over(one));
    expect(shows(one, 'This as well')).toBe(true);
    expect(shows(one, 'one answer will cover both')).toBe(false);
    expect(one.platform.screen().filter((text) => text.includes('Well'))).toHaveLength(1);
  });

  test('and that failed with it says so', async () => {
    const one = await steered();
    one.agent.end({ failure: { kind: 'unknown', message: 'it broke' } });
    await one.sees(() => over(one));
    expect(shows(one, '[Run again]')).toBe(true);
    expect(shows(one, 'one answer will cover both')).toBe(false);
  });

  test('and that a run which failed had not come to has an answer of its own', async () => {
    const one = await steered(false);
    one.agent.end({ failure: { kind: 'unknown', message: 'it broke' } });
    await one.sees(() => one.agent.prompts.length === 3);
    expect(one.agent.prompts[2]?.messageId).toBe(one.agent.prompts[1]?.messageId);
    one.agent.write('This as well');
    one.agent.end();
    await one.sees(() => over(one));
    expect(shows(one, 'it broke') && shows(one, 'This as well')).toBe(true);
  });

  test('is what is sent again when the run is lost: it runs both', async () => {
    const one = await steered();
    one.agent.write('Half');
    one.clock.shift(10_000);
    one.agent.die();
    one.agent.back();
    await one.sees(() => one.agent.prompts.length === 3);
    expect(one.agent.prompts[2]?.messageId).toBe(one.agent.prompts[1]?.messageId);
  });

  test.each([
    'the same process',
    'the next one',
  ])('while the server is away is sent by %s, before what comes after it', async (who) => {
    const one = worlds.make();
    const first = one.start();
    await one.say('hello');
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.write('Well');
    await one.say('also this');
    await one.sees(() => shows(one, '[Send now]') && shows(one, 'Well'));
    one.agent.away(Date.now());
    await one.press('Send now');
    await one.sees(() => shows(one, 'one answer will cover both'));
    if (who === 'the next one') {
      first.kill();
      one.start();
    }
    await one.say('and that');
    await one.sees(() => shows(one, '[Send now]'));
    await one.press('Send now');
    await one.sees(() => !shows(one, '[Send now]'));
    one.agent.back();
    await one.sees(() => one.agent.prompts.length === 3);
    const said = one.agent.prompts.map(({ parts }) => parts.map(({ text }) => text).join());
    expect(said).toEqual(['hello', 'also this', 'and that']);
    one.agent.write('All');
    one.agent.end();
    await one.sees(() => over(one));
    expect(one.platform.whispers).toEqual([]);
  });

  test('is not covered by a run that went on with a later one only', async () => {
    const one = await steered(false);
    await one.say('and that');
    await one.sees(() => shows(one, '[Send now]'));
    await one.press('Send now');
    await one.sees(() => one.agent.prompts.length === 3);
    one.agent.write('Of the third');
    one.agent.end();
    await one.sees(() => one.agent.prompts.length === 4);
    expect(one.agent.prompts[3]?.messageId).toBe(one.agent.prompts[1]?.messageId);
    one.agent.write('Of the second');
    one.agent.end();
    await one.sees(() => over(one));
  });

  test('is sent again with every other one that the server has not got', async () => {
    const one = await steered(false);
    await one.say('and that');
    await one.sees(() => shows(one, '[Send now]'));
    one.agent.dropPrompts.next = 1;
    await one.press('Send now');
    await one.sees(() => one.agent.prompts.length === 3);
    one.clock.shift(10_000);
    one.agent.die();
    one.agent.back();
    await one.sees(() => one.agent.prompts.length === 5);
    const said = one.agent.prompts.map(({ parts }) => parts.map(({ text }) => text).join());
    expect(said).toEqual(['hello', 'also this', 'and that', 'also this', 'and that']);
  });

  test('is no end of the turns after that run when a process later shows them', async () => {
    const one = await worlds.running();
    one.agent.write('Well');
    await one.say('second');
    await one.sees(() => shows(one, 'Queued behind 1 message.'));
    await one.say('third');
    await one.sees(() => shows(one, 'Queued behind 2 messages.'));
    await one.press('Send now');
    await one.sees(() => one.agent.prompts.length === 2);
    one.agent.write('Of both');
    await one.sees(() => shows(one, 'Of both'));
    one.platform.faults.push({ failure: { reason: 'rate-limited', retryAfterMs: 600_000 } });
    one.agent.write('Of both, to the end');
    await one.sees(() => one.platform.faults.length === 0);
    one.agent.end();
    await one.sees(() => one.agent.prompts.length === 3);
    one.agent.write('Of the second');
    one.agent.end();
    await one.say('fourth');
    await one.sees(() => one.agent.prompts.length === 4);
    one.agent.write('Of the fourth');
    await worlds.halt();
    one.start('two');
    await one.sees(() => shows(one, 'Of the second') && shows(one, 'Of the fourth'));
    one.agent.end();
    await one.sees(() => over(one));
    expect(one.platform.screen().filter((text) => text.includes('Of the fourth'))).toHaveLength(1);
  });

  test('does not join a run that is being stopped', async () => {
    const one = await worlds.running();
    one.agent.write('Well');
    await one.say('also this');
    await one.sees(() => shows(one, '[Send now]') && shows(one, '[Stop]'));
    one.agent.away(Date.now());
    await one.press('Stop');
    await one.sees(() => shows(one, 'Stopping for Ann'));
    await one.press('Send now');
    await one.sees(() => one.platform.whispers.some(({ text }) => text.includes('is being stopped')));
    one.agent.back();
    await one.sees(() => one.agent.prompts.length === 2);
    expect(one.agent.prompts[1]?.parts.map(({ text }) => text)).toEqual(['also this']);
  });

  test('does not join a run that the server does not have', async () => {
    const one = worlds.begin();
    one.agent.dropPrompts.next = 1;
    await one.say('hello');
    await one.say('also this');
    await one.sees(() => shows(one, '[Send now]'));
    await one.press('Send now');
    await one.sees(() => one.platform.whispers.some(({ text }) => text.includes('has not taken')));
    expect(one.agent.prompts).toHaveLength(1);
  });

  test('has an answer of its own where a process before us ended the run without it', async () => {
    const one = await steered();
    await worlds.halt();
    const lease = await one.store.leases.acquire(one.agent.server, 'before', 60_000);
    const [head, joined] = await one.store.prompts.unfinished(one.agent.server);
    if (lease === undefined || head === undefined) throw new Error('nothing is in flight');
    expect(joined?.joins).toBe(head.id);
    await one.store.prompts.settle(lease, head.id, 'answered', {});
    await one.store.prompts.markDelivered(lease, head.id);
    await one.store.leases.release(lease);
    one.start('two');
    one.agent.write('Its own answer');
    one.agent.end();
    await one.sees(() => over(one));
    expect(shows(one, 'Its own answer')).toBe(true);
  });
});
