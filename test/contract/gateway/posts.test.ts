import { describe, expect, test } from 'vitest';
import { serverRequestId } from '../../../src/core/ids.ts';
import type { World } from './world.ts';
import { createWorlds, firstSession, over, shows } from './worlds.ts';

const worlds = createWorlds();

const forged = (one: World) => one.receive({ type: 'button', message: 'm0', token: 'forged' });
const handled = async (one: World) => (await one.store.inbox.pending(one.agent.server, 1)).length === 0;
const ill = { reason: 'rate-limited', retryAfterMs: 600_000 } as const;

describe('a sentence outside a turn', () => {
  test('outlives the process that was to say it, and is said once', async () => {
    const one = worlds.make({ abilities: { whisper: false } });
    const first = one.start();
    one.platform.faults.push({ call: 'post', failure: ill });
    await forged(one);
    await one.sees(async () => one.platform.faults.length === 0 && (await handled(one)));
    await first.stop();
    expect(one.platform.screen()).toEqual([]);
    const second = one.start('two');
    await one.sees(() => one.platform.screen().length === 1);
    await second.stop();
    one.start('three');
    await one.say('hello');
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.write('Well');
    await one.sees(() => shows(one, 'Well'));
    expect(one.platform.screen().filter((text) => text.includes('not one of ours'))).toHaveLength(1);
    expect(await one.store.ledger.unsaid(one.agent.server)).toEqual([]);
  });

  test('that a platform will never take is not tried by the next process', async () => {
    const one = worlds.make({ abilities: { whisper: false } });
    const first = one.start();
    one.platform.faults.push({ call: 'post', failure: { reason: 'forbidden' } });
    await forged(one);
    await one.sees(async () => one.platform.faults.length === 0 && (await handled(one)));
    await first.stop();
    expect(await one.store.ledger.unsaid(one.agent.server)).toEqual([]);
  });
});

describe('a platform that neither recognises a repeated post nor finds one', () => {
  const abilities = { recognises: false, find: false, whisper: false };

  test('a post that was made and cut leaves one text, and one placeholder at most', async () => {
    const one = await worlds.running({ abilities });
    one.agent.write('Once');
    one.platform.faults.push({ call: 'post', containing: '…', cut: true });
    one.agent.end();
    await one.sees(() => over(one));
    const screen = one.platform.screen();
    expect(screen.filter((text) => text.includes('Once'))).toHaveLength(1);
    expect(screen.filter((text) => text === '…').length).toBeLessThanOrEqual(1);
    expect(one.platform.faults).toEqual([]);
  });

  test('no text is ever posted: all of it comes by edits', async () => {
    const one = await worlds.running({ abilities });
    one.agent.write('Well');
    one.agent.end();
    await one.sees(() => over(one));
    await forged(one);
    await one.sees(() => shows(one, 'not one of ours'));
    const posts = one.platform.attempts.filter(({ call }) => call === 'post').map(({ text }) => text);
    expect(new Set(posts)).toEqual(new Set(['…']));
    expect(one.platform.screen()).not.toContain('…');
  });

  test('a card says in its notification that it waits', async () => {
    const one = await worlds.running({ abilities });
    one.agent.ask({
      kind: 'permission',
      id: serverRequestId('per_1'),
      session: firstSession,
      from: firstSession,
      permission: 'bash',
      patterns: ['ls'],
      subject: 'ls -l',
    });
    await one.sees(() => shows(one, '[Allow once]'));
    const placeholder = one.platform.attempts.find(({ text }) => text.startsWith('⚠'));
    expect(placeholder).toMatchObject({ call: 'post', text: '⚠ Waits for an answer' });
  });
});

describe('a post in doubt', () => {
  test.each([
    ['found', { find: true }],
    ['recognised', { recognises: true, find: false }],
    ['found, and emptied', { find: true, remove: false }],
  ])('whose slot is no longer wanted is taken away (%s)', async (_name, abilities) => {
    const one = await worlds.running({ abilities });
    one.agent.write('Kept');
    await one.sees(() => shows(one, 'Kept'));
    one.platform.faults.push({ call: 'post', containing: 'Queued behind', cut: true });
    one.platform.faults.push({ call: 'find', failure: { reason: 'unavailable' } });
    one.platform.faults.push({
      call: 'post',
      containing: 'Queued behind',
      failure: { reason: 'unavailable' },
    });
    const message = await one.say('later');
    await one.sees(() => shows(one, 'Queued behind'));
    await one.receive({ type: 'message-deleted', message });
    await one.sees(() => !shows(one, 'Queued behind'));
  });

  test('that said something older is brought up to date', async () => {
    const one = await worlds.running();
    one.platform.faults.push({ call: 'post', containing: 'Old', cut: true });
    one.agent.write('Old');
    await one.sees(() => shows(one, 'Old'));
    one.agent.write('Old and new');
    one.agent.end();
    await one.sees(() => over(one));
    expect(one.platform.screen().filter((text) => text.includes('Old'))).toHaveLength(1);
    expect(shows(one, 'Old and new')).toBe(true);
  });
});
