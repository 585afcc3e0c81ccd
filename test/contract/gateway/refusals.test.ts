import { describe, expect, test } from 'vitest';
import type { ChannelFailure } from '../../../src/core/errors.ts';
import type { Abilities, Call } from '../../fake/adapter.ts';
import type { World } from './world.ts';
import { createWorlds, over, permission, shows } from './worlds.ts';

const worlds = createWorlds();
const uploads = { maxBytes: 100_000 };
const text = 'The table of all files has three columns.';
const never = 50;

const running = (abilities: Abilities = {}) =>
  worlds.running({ abilities: { uploads, whisper: false, ...abilities } });

function refuse(one: World, call: Call, reason: 'rejected' | 'unknown' | 'forbidden', times = never): void {
  const failure: ChannelFailure = { reason };
  for (let count = 0; count < times; count += 1) one.platform.faults.push({ call, failure });
}

const fileTexts = ({ platform }: World) =>
  platform.uploaded().map(({ bytes }) => new TextDecoder().decode(bytes));

/** The agent answers, and no message takes the end of it. */
async function answers(one: World, reason: 'rejected' | 'unknown' | 'forbidden'): Promise<void> {
  one.agent.write('The table of');
  await one.sees(() => shows(one, 'The table of'));
  refuse(one, 'edit', reason);
  one.agent.write(text);
  one.agent.end();
  await one.sees(() => over(one));
}

describe('what the platform takes in no form', () => {
  test.each([
    'rejected',
    'unknown',
    'forbidden',
  ] as const)('an answer stands there as a file, and it is said why (%s)', async (reason) => {
    const one = await running();
    await answers(one, reason);
    expect(fileTexts(one)).toEqual([`${text}\n`]);
    expect(one.platform.screen().at(-1)).toBe(
      'The message above is not complete: the platform did not take the rest of it. The whole text is in this file. | ⎙ message.md',
    );
  });

  test('words that nobody knows are tried once more before they are taken for a no', async () => {
    const one = await running();
    one.agent.write('The table of');
    await one.sees(() => shows(one, 'The table of'));
    refuse(one, 'edit', 'unknown', 1);
    one.agent.write(text);
    one.agent.end();
    await one.sees(() => over(one));
    expect(shows(one, text)).toBe(true);
    expect(one.platform.uploaded()).toEqual([]);
  });

  test('where no file is taken either, one sentence says what is missing and how to get it', async () => {
    const one = await running();
    refuse(one, 'upload', 'rejected');
    await answers(one, 'rejected');
    expect(one.platform.screen().at(-1)).toBe(
      'A text of 41 characters could not be shown here: the platform did not take it in any form. Ask the agent to say it again in other words, or in plain text.',
    );
    expect(one.platform.uploaded()).toEqual([]);
  });

  test('where the platform has no files the sentence comes at once', async () => {
    const one = await running({ uploads: 'none' });
    await answers(one, 'rejected');
    expect(one.platform.screen().at(-1)).toContain('A text of 41 characters could not be shown here');
  });

  test('what stands instead is there once, also for the next process', async () => {
    const one = await running();
    one.agent.write('The table of');
    await one.sees(() => shows(one, 'The table of'));
    refuse(one, 'edit', 'rejected');
    one.platform.faults.push({ call: 'upload', cut: true });
    one.platform.faults.push({ call: 'find', failure: { reason: 'rate-limited', retryAfterMs: 600_000 } });
    one.agent.write(text);
    one.agent.end();
    await one.sees(() => one.platform.faults.every(({ call }) => call === 'edit'));
    await worlds.halt();
    one.start('two');
    await one.sees(() => over(one));
    expect(fileTexts(one)).toEqual([`${text}\n`]);
  });

  test('a text that is taken once it has changed needs nothing instead', async () => {
    const one = await running();
    one.agent.write('The table of');
    await one.sees(() => shows(one, 'The table of'));
    refuse(one, 'edit', 'rejected', 1);
    one.agent.write('The table of all');
    await one.sees(() => one.platform.faults.length === 0);
    one.agent.write(text);
    one.agent.end();
    await one.sees(() => over(one));
    expect(shows(one, text)).toBe(true);
    expect(one.platform.uploaded()).toEqual([]);
  });

  test('a card is never lost in silence: what it asks stands there as a file, and nothing is allowed', async () => {
    const one = await running();
    one.platform.faults.push({ call: 'post', containing: 'ls', failure: { reason: 'rejected' } });
    one.agent.ask(permission);
    await one.sees(() => one.platform.uploaded().length === 1);
    expect(one.platform.uploaded()[0]?.markdown).toContain(
      'It cannot be answered here, so nothing is allowed',
    );
    expect(fileTexts(one)[0]).toContain('ls -l');
    expect(one.agent.replies).toEqual([]);
  });

  test('a notice outside any turn goes the same way', async () => {
    const one = await running();
    one.platform.faults.push({ call: 'post', containing: 'hello', failure: { reason: 'unknown' } });
    one.platform.faults.push({ call: 'post', containing: 'hello', failure: { reason: 'unknown' } });
    one.platform.faults.push({ call: 'upload', failure: { reason: 'rejected' } });
    await one.receive({ type: 'command', name: 'status', text: '', message: 'm77' });
    await one.sees(() => shows(one, 'message.md'));
    expect(one.platform.screen().at(-1)).toBe(
      '`message.md` could not be sent: the platform did not take it.',
    );
  });
});
