import { describe, expect, test } from 'vitest';
import type { AgentRequest } from '../../../src/core/agent.ts';
import { AgentUnavailableError } from '../../../src/core/errors.ts';
import { serverRequestId } from '../../../src/core/ids.ts';
import { stranger, type World } from './world.ts';
import { createWorlds, firstSession, type Making, over, permission, shows } from './worlds.ts';

const worlds = createWorlds();

const prompted = ({ agent }: World) => agent.prompts.map(({ parts }) => parts.map(({ text }) => text));

const question: AgentRequest = {
  kind: 'question',
  id: serverRequestId('que_1'),
  session: firstSession,
  from: firstSession,
  questions: [
    {
      header: 'Colour',
      question: 'Which colour?',
      options: [{ label: 'Red', description: '' }],
      multiple: false,
      custom: true,
    },
  ],
};

async function running(more: Making = {}): Promise<World> {
  const one = await worlds.running(more);
  one.agent.write('Well');
  await one.sees(() => shows(one, 'Well'));
  return one;
}

describe('a turn', () => {
  test('a message is a prompt, its answer grows in one message and settles', async () => {
    const one = await running();
    one.agent.token(', here');
    await one.sees(() => shows(one, 'Well, here'));
    one.agent.token(' it is.');
    one.agent.end();
    await one.sees(() => !one.platform.message('Well').content.live);
    expect(one.platform.message('Well').content.markdown).toBe('Well, here it is.');
    expect(one.platform.message('Well').content.footnote).toContain('model · build');
    expect(one.platform.screen().filter((text) => text.includes('Well'))).toHaveLength(1);
    expect(one.platform.screen().join()).not.toContain('[Stop]');
    expect(prompted(one)).toEqual([['hello']]);
  });

  test('pieces within the window are one prompt', async () => {
    const one = worlds.make({ settings: { pieceWindowMs: 400 } });
    await one.say('first');
    await one.say('second');
    one.start();
    await one.sees(() => one.agent.prompts.length > 0);
    expect(prompted(one)).toEqual([['first', 'second']]);
  });

  test('what was said long apart is not one prompt, though it comes at once', async () => {
    const one = worlds.begin({ settings: { pieceWindowMs: 400 } });
    const said = { type: 'message', addressed: true } as const;
    await one.receive({ ...said, message: 'early', text: 'first', at: 1_000 });
    await one.receive({ ...said, message: 'late', text: 'second', at: 60_000 });
    await one.sees(() => one.agent.prompts.length > 0);
    expect(prompted(one)).toEqual([['first']]);
    one.agent.end();
    await one.sees(() => one.agent.prompts.length === 2);
    expect(prompted(one)).toEqual([['first'], ['second']]);
  });

  test('queued messages say their place, change with edits and go with deletion', async () => {
    const one = await running();
    const second = await one.say('second');
    const third = await one.say('third');
    await one.sees(() => shows(one, 'Queued behind 2 messages') && shows(one, 'Queued behind 1 message.'));
    await one.receive({ type: 'message-deleted', message: second });
    await one.receive({ type: 'message-edited', message: third, text: 'the third' });
    await one.sees(() => !shows(one, 'Queued behind 2 messages') && shows(one, 'Queued behind 1 message.'));
    one.agent.end();
    await one.sees(() => one.agent.prompts.length === 2);
    expect(prompted(one)).toEqual([['hello'], ['the third']]);
    await one.sees(() => !shows(one, 'Queued'));
  });

  test('[Send now] steers, and one answer covers both', async () => {
    const one = await running();
    await one.say('also this');
    await one.sees(() => shows(one, '[Send now]'));
    await one.press('Send now');
    await one.sees(() => shows(one, 'one answer will cover both'));
    await one.sees(() => one.agent.prompts.length === 2);
    one.agent.write('Both done');
    one.agent.end();
    await one.sees(() => shows(one, 'Both done') && !shows(one, '[Stop]'));
    expect(prompted(one)).toEqual([['hello'], ['also this']]);
    await one.sees(() => over(one));
  });

  test('[Stop] ends the turn, keeps the queue, and what was stopped is not sent again', async () => {
    const one = await running();
    await one.say('next');
    await one.sees(() => shows(one, 'Queued behind 1 message.'));
    await one.press('Stop');
    await one.sees(() => shows(one, 'Stopped by Ann.'));
    await one.sees(() => one.agent.prompts.length === 2);
    await worlds.halt();
    one.start();
    one.agent.write('Next answer');
    one.agent.end();
    await one.sees(() => shows(one, 'Next answer'));
    expect(prompted(one)).toEqual([['hello'], ['next']]);
    expect(one.agent.aborts).toEqual(['ses_1']);
  });

  test('an edit that left the text as it is says nothing; one that came too late says so', async () => {
    const one = worlds.begin({ abilities: { whisper: true } });
    const message = await one.say('hello');
    await one.sees(() => one.agent.prompts.length === 1);
    await one.receive({ type: 'message-edited', message, text: 'hello' });
    await one.receive({ type: 'message-edited', message, text: 'hello there' });
    await one.sees(async () => (await one.store.inbox.pending(one.agent.server, 1)).length === 0);
    expect(one.platform.whispers.map(({ text }) => text)).toEqual([
      expect.stringContaining('already started with this message'),
    ]);
  });

  test('tokens cost no statement', async () => {
    const one = await running();
    const perEvent = async (tokens: number) => {
      const before = one.store.statements();
      const length = one.platform.attempts.length;
      for (let sent = 0; sent < tokens; sent += 1) {
        one.agent.token('.');
        if (sent % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await one.sees(() => one.platform.attempts.length > length);
      return one.store.statements() - before;
    };
    // The poll and the lease go on; they do not depend on tokens.
    expect(await perEvent(5000)).toBeLessThan(50);
  });
});

describe('a request', () => {
  test('is answered once, by someone who may, for what was shown', async () => {
    const one = await running();
    one.agent.ask(permission);
    await one.sees(() => shows(one, 'ls -l'));
    await one.press('Allow once', { author: stranger });
    await one.sees(() => one.platform.whispers.some(({ to }) => to === stranger.id));
    expect(one.agent.replies).toEqual([]);
    await Promise.all(Array.from({ length: 50 }, () => one.press('Allow once')));
    await one.sees(async () => (await one.store.inbox.pending(one.agent.server, 100)).length === 0);
    expect(one.agent.replies).toEqual(['per_1 once']);
    await one.sees(() =>
      /ls -l[\s\S]*Ann/.test(
        one.platform.message('ls -l').content.markdown + one.platform.message('ls -l').content.footnote,
      ),
    );
    expect(one.platform.message('ls -l').content.buttons).toEqual([]);
  });

  test.each([
    ['Allow once', 'This card is no longer known'],
    ['Stop', 'belongs to a message that is no longer known'],
  ])('[%s] does nothing in another thread than its own', async (label, sentence) => {
    const one = await running();
    one.agent.ask(permission);
    await one.sees(() => shows(one, '[Allow once]') && shows(one, '[Stop]'));
    const { message, button } = one.platform.button(label);
    await one.receive({ type: 'button', message, token: button.token, thread: 't2' });
    await one.sees(() => one.platform.whispers.some(({ text }) => text.includes(sentence)));
    expect(one.agent.replies).toEqual([]);
    expect(one.agent.aborts).toEqual([]);
  });

  test('a decision that the server did not hear is told again', async () => {
    const one = worlds.make();
    const deaf = { once: true };
    const agent: World['agent'] = {
      ...one.agent,
      replyPermission: (...call) => {
        if (!deaf.once) return one.agent.replyPermission(...call);
        deaf.once = false;
        return Promise.reject(new AgentUnavailableError('it did not hear'));
      },
    };
    one.start('one', worlds.store(), agent);
    await one.say('hello');
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.ask(permission);
    await one.sees(() => shows(one, '[Allow once]'));
    await one.press('Allow once');
    await one.sees(() => !deaf.once);
    one.clock.shift(10_000);
    await one.sees(() => one.agent.replies.length > 0);
    expect(one.agent.replies).toEqual(['per_1 once']);
  });

  test('a decision that was carried out, though its answer was lost, is not said to be lost', async () => {
    const one = worlds.make();
    const calls: string[] = [];
    const agent: World['agent'] = {
      ...one.agent,
      async replyPermission(...call) {
        const outcome = await one.agent.replyPermission(...call);
        calls.push(outcome);
        if (calls.length === 1) throw new AgentUnavailableError('its answer was lost');
        return outcome;
      },
    };
    one.start('one', worlds.store(), agent);
    await one.say('hello');
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.ask(permission);
    await one.sees(() => shows(one, '[Allow once]'));
    await one.press('Allow once');
    await one.sees(() => calls.length === 1);
    one.clock.shift(10_000);
    await one.sees(() => shows(one, '✓ Allowed once by Ann'));
    expect(calls).toEqual(['accepted', 'unknown']);
    expect(shows(one, 'it was not run')).toBe(false);
  });

  test('while a decision is on its way to the server, no snapshot sends it again', async () => {
    const one = worlds.make();
    const gate = Promise.withResolvers<void>();
    const calls: string[] = [];
    const agent: World['agent'] = {
      ...one.agent,
      async replyPermission(...call) {
        calls.push(call[1]);
        await gate.promise;
        return one.agent.replyPermission(...call);
      },
    };
    one.start('one', worlds.store(), agent);
    await one.say('hello');
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.ask(permission);
    await one.sees(() => shows(one, '[Allow once]'));
    await one.press('Allow once');
    await one.sees(() => calls.length === 1);
    await one.agent.refresh(firstSession);
    // What comes after the snapshot in the same queue has been heard, so the snapshot was.
    one.agent.ask({ ...permission, id: serverRequestId('per_2'), subject: 'ls -a' });
    await one.sees(() => shows(one, 'ls -a'));
    gate.resolve();
    await one.sees(() => shows(one, '✓ Allowed once by Ann'));
    expect(calls).toEqual(['per_1']);
  });

  test('a reply to a question is the answer; another message is queued and says so', async () => {
    const one = await running();
    one.agent.ask(question);
    await one.sees(() => shows(one, 'Which colour?'));
    await one.say('something else');
    await one.sees(() => shows(one, 'waiting for your answer above'));
    await one.say('Blue', { replyTo: one.platform.message('Which colour?').id });
    await one.sees(() => one.agent.replies.length === 1);
    expect(one.agent.replies).toEqual(['que_1 [["Blue"]]']);
    expect(prompted(one)).toEqual([['hello']]);
  });

  test.each([
    ['elsewhere', (one: World) => one.agent.close(permission.id, { reply: 'once' }), 'elsewhere'],
    ['aborted', (one: World) => one.agent.end(), 'aborted'],
    [
      'lost',
      (one: World) => {
        one.agent.die();
        one.agent.back();
      },
      'lost',
    ],
  ])('%s: the card says so and has no buttons to answer', async (_name, happen, state) => {
    const one = await running();
    one.agent.ask(permission);
    await one.sees(() => shows(one, '[Allow once]'));
    const before = one.platform.message('ls -l').id;
    happen(one);
    await one.sees(() => !shows(one, '[Allow once]'));
    const [prompt] = await one.store.prompts.unfinished(one.agent.server);
    if (prompt !== undefined)
      expect((await one.store.requests.forPrompt(prompt.id)).map((row) => row.state)).toEqual([state]);
    expect(one.platform.message('ls -l').id).toBe(before);
    expect(one.agent.replies).toEqual([]);
  });

  test('nobody answers in time: it is refused there and the card says so', async () => {
    const one = await running({ settings: { requestTimeoutMs: 300 } });
    one.agent.ask(permission);
    await one.sees(() => shows(one, 'was not run') || shows(one, 'not run'));
    await one.sees(() => one.agent.replies.length > 0);
    expect(one.agent.replies).toEqual(['per_1 reject']);
    expect(shows(one, '[Allow once]')).toBe(false);
  });
});
