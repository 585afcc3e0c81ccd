import { describe, expect, test } from 'vitest';
import type { PromptCall } from '../../../src/core/agent.ts';
import type { PromptId } from '../../../src/core/ids.ts';
import type { World } from './world.ts';
import { createWorlds, over, shows } from './worlds.ts';

const worlds = createWorlds();

const inFlight = (one: World, state: string) => async () =>
  (await one.store.prompts.unfinished(one.agent.server)).some((prompt) => prompt.state === state);

describe('[Stop]', () => {
  test('while the prompt is being sent: the run that it began is ended', async () => {
    const one = worlds.make();
    const sending = Promise.withResolvers<void>();
    const slow = {
      ...one.agent,
      prompt: async (call: PromptCall) => {
        await sending.promise;
        return one.agent.prompt(call);
      },
    };
    one.start('one', worlds.store(), slow);
    await one.say('hello');
    await one.sees(inFlight(one, 'sent'));
    await one.sees(() => shows(one, '[Stop]'));
    await one.press('Stop');
    await one.sees(inFlight(one, 'stopping'));
    sending.resolve();
    await one.sees(() => shows(one, 'Stopped by Ann.'));
    await one.sees(() => over(one));
    expect(one.agent.aborts).toEqual(['ses_1']);
    expect(one.agent.prompts).toHaveLength(1);
  });

  test('between the last look at the prompt and the call: it counts', async () => {
    const one = worlds.make();
    const { prompts } = worlds.store();
    const reads = { armed: true };
    const pressing = {
      ...worlds.store(),
      prompts: {
        ...prompts,
        byId: async (id: PromptId) => {
          const prompt = await prompts.byId(id);
          if (reads.armed && prompt?.state === 'sent') {
            reads.armed = false;
            await one.sees(() => shows(one, '[Stop]'));
            await one.press('Stop');
            await one.sees(async () => (await one.store.inbox.pending(one.agent.server, 1)).length === 0);
          }
          return prompt;
        },
      },
    };
    one.start('one', pressing);
    await one.say('hello');
    await one.sees(() => shows(one, 'Stopped by Ann.'));
    await one.sees(() => over(one));
    expect(one.agent.aborts).toEqual(['ses_1']);
  });

  test.each([
    'by its button',
    'in words',
  ])('before it could be sent, %s: it ends, and the next one goes', async (how) => {
    const one = worlds.begin();
    one.agent.away(0);
    await one.say('hello');
    await one.sees(() => shows(one, '[Stop]'));
    if (how === 'in words') await one.say('!stop');
    else await one.press('Stop');
    await one.sees(() => shows(one, 'Stopped by Ann.'));
    await one.say('next');
    one.agent.back();
    await one.sees(() => one.agent.prompts.length === 1);
    expect(one.agent.prompts[0]?.parts.map(({ text }) => text)).toEqual(['next']);
    expect(one.agent.aborts).toEqual([]);
  });

  test('before the call: the prompt ends unsent', async () => {
    const one = worlds.make();
    const { prompts } = worlds.store();
    const stopped = {
      ...worlds.store(),
      prompts: {
        ...prompts,
        markSent: async (...call: Parameters<typeof prompts.markSent>) => {
          const sent = await prompts.markSent(...call);
          await prompts.markStopping(call[0], call[1], 'Ann');
          return sent;
        },
      },
    };
    one.start('one', stopped);
    await one.say('hello');
    await one.sees(() => shows(one, 'Stopped by Ann.'));
    await one.sees(() => over(one));
    expect(one.agent.prompts).toEqual([]);
    expect(one.agent.aborts).toEqual([]);
  });

  test('of a prompt that never arrived: no process sends it again', async () => {
    const one = worlds.make();
    one.agent.dropPrompts.next = 1;
    const first = one.start();
    await one.say('hello');
    await one.sees(() => one.agent.prompts.length === 1);
    await one.sees(inFlight(one, 'sent'));
    await first.stop();
    const lease = await one.store.leases.acquire(one.agent.server, 'operator', 60_000);
    const [prompt] = await one.store.prompts.unfinished(one.agent.server);
    if (lease === undefined || prompt === undefined) throw new Error('nothing is in flight');
    await one.store.prompts.markStopping(lease, prompt.id, 'Ann');
    await one.store.leases.release(lease);
    one.start('two');
    await one.sees(() => shows(one, 'Stopped by Ann.'));
    await one.sees(() => over(one));
    expect(one.agent.prompts).toHaveLength(1);
  });
});
