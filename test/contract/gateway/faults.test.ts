import { describe, expect, test } from 'vitest';
import { promptId, threadId } from '../../../src/core/ids.ts';
import type { World } from './world.ts';
import { createWorlds, over, permission, shows } from './worlds.ts';

const worlds = createWorlds();

async function answer(one: World, text: string): Promise<void> {
  one.agent.write(text);
  one.agent.end();
  await one.sees(() => shows(one, text) && !shows(one, '[Stop]'));
}

describe('an ill platform', () => {
  test.each([
    ['looked up', { find: true }],
    ['recognised', { recognises: true, find: false }],
  ])('a post that was made and cut leaves one text (%s)', async (_name, abilities) => {
    const one = await worlds.running({ abilities });
    one.platform.faults.push({ call: 'post', containing: 'Once', cut: true });
    await answer(one, 'Once');
    expect(one.platform.attempts.some(({ ok, call }) => call === 'post' && !ok)).toBe(true);
    expect(one.platform.screen().filter((text) => text.includes('Once'))).toHaveLength(1);
  });

  test.each([
    ['posted with its text', {}],
    ['born empty', { find: false }],
  ])('what moves to the next message (%s) is to be read all the time', async (_name, abilities) => {
    const one = await worlds.running({ abilities });
    const first = `${'All that comes before. '.repeat(80)}\n\nThis moves`;
    one.agent.write(first);
    await one.sees(() => shows(one, 'This moves'));
    one.platform.faults.push({ call: 'post', failure: { reason: 'unavailable' } });
    one.agent.write(`${first} ${'with all that comes after it. '.repeat(10)}`);
    one.agent.end();
    const held: boolean[] = [];
    await one.sees(async () => {
      held.push(shows(one, 'This moves'));
      return over(one);
    });
    expect(held).not.toContain(false);
    expect(one.platform.faults).toEqual([]);
    const texts = one.platform.screen().filter((text) => text.includes('This moves'));
    expect(texts).toHaveLength(1);
    expect(texts[0]).not.toContain('All that comes before');
  });

  test('what one thread has to wait does not delay another', async () => {
    const one = await worlds.running();
    one.platform.faults.push({ thread: 't1', failure: { reason: 'rate-limited', retryAfterMs: 60_000 } });
    one.agent.write('Held');
    await one.sees(() => one.platform.attempts.some(({ ok }) => !ok));
    await one.say('there', { thread: 't2' });
    await one.sees(() => one.agent.prompts.length === 2);
    one.agent.write('Free', 'ses_2');
    await one.sees(() => shows(one, 'Free', 't2'));
    expect(shows(one, 'Held')).toBe(false);
  });

  test('an answer that could not be shown in time is shown by the next process', async () => {
    const one = await worlds.running();
    one.agent.write('Half');
    await one.sees(() => shows(one, 'Half'));
    one.platform.faults.push({ failure: { reason: 'rate-limited', retryAfterMs: 600_000 } });
    one.agent.write('Half and whole');
    one.agent.end();
    await one.sees(async () => {
      const [prompt] = await one.store.prompts.unfinished(one.agent.server);
      return prompt?.state === 'answered' && one.platform.faults.length === 0;
    });
    await worlds.halt();
    one.start('two');
    await one.sees(() => over(one));
    expect(shows(one, 'Half and whole')).toBe(true);
    expect(one.platform.screen().join()).not.toContain('[Stop]');
  });

  test.each([
    ['said when', [{ reason: 'rate-limited', retryAfterMs: 60_000 } as const]],
    ['is away', Array.from({ length: 8 }, () => ({ reason: 'unavailable' }) as const)],
  ])('a platform that %s is left alone for so long, however urgent it becomes', async (_name, failures) => {
    const one = await worlds.running({ abilities: { whisper: false } });
    await one.say('there', { thread: 't2' });
    await one.sees(() => one.agent.prompts.length === 2);
    const tried = () => one.platform.attempts.filter(({ ok }) => !ok).length;
    one.platform.faults.push(...failures.map((failure) => ({ thread: 't1', failure })));
    one.agent.write('Held');
    for (const [index] of failures.entries()) {
      await one.sees(() => tried() === index + 1);
      if (index < failures.length - 1) one.clock.shift(80_000);
    }
    const before = one.platform.attempts.filter(({ thread }) => thread === 't1').length;
    one.clock.shift(30_000);
    await one.receive({ type: 'button', message: 'm0', token: 'forged' });
    await one.sees(async () => (await one.store.inbox.pending(one.agent.server, 1)).length === 0);
    one.agent.write('Free', 'ses_2');
    await one.sees(() => shows(one, 'Free', 't2'));
    expect(one.platform.attempts.filter(({ thread }) => thread === 't1')).toHaveLength(before);
    one.clock.shift(50_000);
    await one.sees(() => shows(one, 'Held') && shows(one, 'not one of ours'));
  });

  test('a sign of hearing that the platform never answers holds no message up', async () => {
    const one = worlds.make();
    const asked: unknown[] = [];
    one.platform.adapter.showTyping = (_address, message) => {
      asked.push(message);
      return new Promise(() => {});
    };
    one.start();
    const first = await one.say('hello');
    await one.sees(() => one.agent.prompts.length === 1);
    const second = await one.say('and this');
    await one.sees(() => shows(one, 'Queued behind 1 message.'));
    expect(asked).toEqual([first, second]);
    expect(await one.store.inbox.pending(one.agent.server, 10)).toEqual([]);
  });

  test('the newest content wins: what came in between is never sent', async () => {
    const one = await worlds.running();
    one.agent.write('One');
    await one.sees(() => shows(one, 'One'));
    const slow = Promise.withResolvers<void>();
    one.platform.faults.push({ call: 'edit', containing: 'One two', until: slow.promise });
    one.agent.write('One two');
    await one.sees(() => one.platform.faults.length === 0);
    for (const text of ['One two three', 'One two three four', 'One two three four five'])
      one.agent.write(text);
    slow.resolve();
    await one.sees(() => shows(one, 'One two three four five'));
    const texts = one.platform.attempts.map(({ text }) => text).filter((text) => text.startsWith('One'));
    expect(texts).toEqual(['One', 'One two', 'One two three four five']);
  });

  test.each([
    'gone',
    'forbidden',
    'rejected',
  ] as const)('%s blocks neither queue nor notices', async (reason) => {
    const one = await worlds.running({ abilities: { whisper: false } });
    one.platform.faults.push({ call: 'post', containing: 'First', failure: { reason } });
    one.agent.write('First');
    one.agent.end();
    await one.sees(() => over(one));
    one.platform.faults.push({ call: 'post', containing: 'not one of ours', failure: { reason } });
    await one.receive({ type: 'button', message: 'm0', token: 'forged' });
    await one.sees(() => one.platform.faults.length === 0);
    await one.say('again');
    await one.sees(() => one.agent.prompts.length === 2);
    await answer(one, 'Second');
  });
});

test('a process that is told to end while it begins does so', async () => {
  const one = worlds.make();
  await one.start().stop();
  expect(one.agent.prompts).toEqual([]);
});

/** The run is lost while it waits for an answer; the last edit of the text above the card is put off for so long. */
async function loseRun(one: World, retryAfterMs: number): Promise<void> {
  one.agent.write('Before the card');
  await one.sees(() => shows(one, 'Before the card'));
  const failure = { reason: 'rate-limited', retryAfterMs } as const;
  one.platform.faults.push({ call: 'edit', containing: 'Before the card', failure });
  one.agent.ask(permission);
  await one.sees(() => one.platform.faults.length === 0);
  one.agent.die();
  one.agent.back();
  await one.sees(() => one.agent.prompts.length === 2);
}

describe('an ill server', () => {
  test('a prompt that it took again and did not run is sent once more', async () => {
    const one = await worlds.running();
    await one.sees(() => shows(one, 'Working'));
    one.clock.shift(10_000);
    one.agent.dropPrompts.next = 1;
    one.agent.die();
    one.agent.back();
    await one.sees(() => one.agent.prompts.length === 2);
    one.clock.shift(10_000);
    await one.sees(() => one.agent.prompts.length === 3);
    await answer(one, 'Whole');
  });

  test('away: said after 3 s, the prompt is kept and runs on return', async () => {
    const one = worlds.begin();
    one.agent.away(Date.now() - 10_000);
    await one.say('hello');
    await one.sees(() => shows(one, 'has not answered since'));
    expect(one.agent.prompts).toEqual([]);
    one.agent.back();
    await one.sees(() => one.agent.prompts.length === 1);
    await answer(one, 'Here');
    expect(shows(one, 'has not answered')).toBe(false);
  });

  test('a lost run is taken up with the same ids, at most twice, and then told honestly', async () => {
    const one = await worlds.running();
    for (const attempt of [1, 2, 3]) {
      one.agent.write(`try ${attempt}`);
      await one.sees(() => shows(one, `try ${attempt}`));
      one.clock.shift(10_000);
      one.agent.die();
      one.agent.back();
      if (attempt < 3) await one.sees(() => one.agent.prompts.length === attempt + 1);
    }
    await one.sees(() => shows(one, 'could not be resumed') && shows(one, '[Run again]'));
    expect(one.agent.prompts).toHaveLength(3);
    expect(one.platform.message('try 3').content).toMatchObject({ live: false });
    expect(new Set(one.agent.prompts.map(({ messageId, parts }) => messageId + parts[0]?.id)).size).toBe(1);
  });

  test('a text above the card of a lost run stops growing, although its last edit came too late', async () => {
    const one = await worlds.running();
    await loseRun(one, 3000);
    one.agent.write('Anew');
    one.agent.end();
    await one.sees(() => over(one));
    expect(one.platform.message('Before the card').content).toMatchObject({ live: false, buttons: [] });
    const screen = one.platform.screen().filter((text) => !text.startsWith('✓'));
    expect(screen.map((text) => /Before|ls -l|Anew/.exec(text)?.[0])).toEqual(['Before', 'ls -l', 'Anew']);
  });

  test('so it does where the process dies before that edit: the next one makes it', async () => {
    const one = worlds.make();
    const first = one.start();
    await one.say('hello');
    await one.sees(() => one.agent.prompts.length === 1);
    await loseRun(one, 3_600_000);
    first.kill();
    expect(one.platform.message('Before the card').content).toMatchObject({ live: true });
    one.start();
    one.agent.write('Anew');
    one.agent.end();
    await one.sees(() => over(one));
    expect(one.platform.message('Before the card').content).toMatchObject({ live: false, buttons: [] });
    expect(await one.store.ledger.unsaid(one.agent.server)).toEqual([]);
  });

  test('what a lost run said is known to the next process', async () => {
    const one = await worlds.running();
    await loseRun(one, 3000);
    await worlds.halt();
    const disowned: string[] = [];
    const served = { ...one.agent, disown: (ids: readonly string[]) => void disowned.push(...ids) };
    one.start('two', worlds.store(), served);
    await one.sees(() => disowned.length > 0);
    expect(disowned).toEqual(['msg_answer_ses_1_1']);
  });

  test('what a lost run said stays, and has no button, when the next attempt is stopped before its first word', async () => {
    const one = await worlds.running();
    one.agent.write('Half of it');
    await one.sees(() => shows(one, 'Half of it'));
    one.clock.shift(10_000);
    one.agent.die();
    one.agent.back();
    await one.sees(() => one.agent.prompts.length === 2);
    await one.sees(() => shows(one, 'going on with the same message'));
    await one.press('Stop');
    await one.sees(() => shows(one, 'Stopped by Ann.'));
    await one.sees(() => over(one));
    expect(one.platform.message('Half of it').content).toMatchObject({ live: false, buttons: [] });
    expect(one.platform.screen().filter((text) => text.includes('[Stop]'))).toEqual([]);
  });

  test('a text that only a process before knew comes to rest where the server has lost it', async () => {
    const one = worlds.make();
    const first = one.start();
    await one.say('hello');
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.write('Half of it');
    await one.sees(() => shows(one, 'Half of it'));
    first.kill();
    one.clock.shift(10_000);
    one.agent.die();
    one.agent.back();
    one.start();
    await one.sees(() => one.agent.prompts.length === 2);
    await one.sees(() => shows(one, 'going on with the same message'));
    expect(shows(one, 'Half of it')).toBe(true);
    await one.press('Stop');
    await one.sees(() => shows(one, 'Stopped by Ann.'));
    await one.sees(() => over(one));
    expect(one.platform.message('This was not finished').content).toMatchObject({ live: false, buttons: [] });
    expect(one.platform.screen().filter((text) => text.includes('[Stop]'))).toEqual([]);
  });

  test('so does what the second try said, of which the middle was not heard', async () => {
    const one = await worlds.running();
    for (const [attempt, text] of ['First try', 'Second try'].entries()) {
      one.agent.write(text);
      await one.sees(() => shows(one, text));
      one.agent.away(one.clock.now());
      one.agent.back();
      one.clock.shift(10_000);
      one.agent.die();
      one.agent.back();
      await one.sees(() => one.agent.prompts.length === attempt + 2);
    }
    await one.press('Stop');
    await one.sees(() => shows(one, 'Stopped by Ann.'));
    await one.sees(() => over(one));
    expect(one.platform.message('Second try').content).toMatchObject({ live: false, buttons: [] });
    expect(one.platform.screen().filter((text) => text.includes('[Stop]'))).toEqual([]);
  });

  test('a second loss forgets nothing of what the first one owes the thread', async () => {
    const one = await worlds.running();
    await loseRun(one, 60_000);
    one.agent.write('Second try');
    one.clock.shift(10_000);
    one.agent.die();
    one.agent.back();
    await one.sees(() => one.agent.prompts.length === 3);
    expect(one.platform.message('Before the card').content).toMatchObject({ live: true });
    one.clock.shift(60_000);
    one.agent.write('Third try');
    one.agent.end();
    await one.sees(() => over(one));
    expect(one.platform.message('Before the card').content).toMatchObject({ live: false, buttons: [] });
    expect(one.platform.message('Third try').content).toMatchObject({ live: false });
  });

  test('a holder that lost the lease writes nothing more; the next one goes on with the same message', async () => {
    const one = worlds.make();
    const { leases } = worlds.store();
    const held = { already: false };
    // It does not take back what it lost.
    const acquire: typeof leases.acquire = async (...call) => {
      if (held.already) return undefined;
      held.already = true;
      return leases.acquire(...call);
    };
    one.start('one', { ...worlds.store(), leases: { ...leases, acquire } });
    await one.say('hello');
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.write('Half');
    await one.sees(() => shows(one, 'Half'));
    const { id } = one.platform.message('Half');
    const taken = await one.store.leases.acquire(one.agent.server, 'one', 60_000);
    if (taken === undefined) throw new Error('the lease could not be taken');
    const [prompt] = await one.store.prompts.unfinished(one.agent.server);
    const thread = prompt?.thread ?? threadId(0);
    const ledger = await one.store.ledger.forPrompt(thread, prompt?.id ?? promptId(0));
    one.agent.write('Half and whole');
    one.agent.end();
    await one.say('more');
    await worlds.halt();
    expect(await one.store.ledger.forPrompt(thread, prompt?.id ?? promptId(0))).toEqual(ledger);
    expect((await one.store.prompts.byId(prompt?.id ?? promptId(0)))?.settledAt).toBeUndefined();
    await one.store.leases.release(taken);
    one.start('two');
    await one.sees(() => shows(one, 'Half and whole') && one.agent.prompts.length === 2);
    expect(one.platform.message('Half and whole').id).toBe(id);
  });
});

describe('a bug', () => {
  test('after five tries its author is told with a reference, and the thread goes on', async () => {
    const one = worlds.make({ abilities: { whisper: true } });
    const { threads } = worlds.store();
    let failures = 0;
    const broken = {
      ...worlds.store(),
      threads: {
        ...threads,
        bind: (...call: Parameters<typeof threads.bind>) => {
          if (call[3] !== 'poison') return threads.bind(...call);
          failures += 1;
          return Promise.reject(new Error('a bug'));
        },
      },
    };
    one.start('one', broken);
    await one.say('poison');
    await one.say('good');
    await one.sees(() => one.agent.prompts.length === 1);
    expect(failures).toBe(5);
    expect(one.platform.whispers[0]?.text).toMatch(
      /Something went wrong on our side.*Reference [2-9A-Z]{4}\./,
    );
    expect(one.agent.prompts[0]?.parts.map(({ text }) => text)).toEqual(['good']);
  }, 30_000);

  test('a handler that hangs delays its own thread only, and keeps its order', async () => {
    const one = worlds.make();
    const { threads } = worlds.store();
    const hang = Promise.withResolvers<void>();
    const slow = {
      ...worlds.store(),
      threads: {
        ...threads,
        bind: async (...call: Parameters<typeof threads.bind>) => {
          if (call[3] === 'slow') await hang.promise;
          return threads.bind(...call);
        },
      },
    };
    one.start('one', slow);
    await one.say('slow');
    await one.say('after it');
    // More than one look at the inbox sees.
    for (let n = 0; n < 250; n += 1) await one.receive({ type: 'message-deleted', message: `none${n}` });
    await one.say('other', { thread: 't2' });
    await one.sees(() => one.agent.prompts.length === 1);
    expect(one.agent.prompts[0]?.parts[0]?.text).toBe('other');
    hang.resolve();
    await one.sees(() => one.agent.prompts.length === 2);
    expect(one.agent.prompts[1]?.parts[0]?.text).toBe('slow');
    await one.sees(() => shows(one, 'Queued behind 1 message.'));
  });
});
