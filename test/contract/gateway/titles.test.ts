import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ChannelError, type ChannelFailure } from '../../../src/core/errors.ts';
import type { Store } from '../../../src/store/types.ts';
import { createWorld, type Kernel, openShared } from './world.ts';

let shared: { readonly store: Store; close(): Promise<void> };
const kernels: Kernel[] = [];

beforeAll(async () => {
  shared = await openShared();
});
afterEach(async () => {
  for (const kernel of kernels.splice(0)) await kernel.stop();
});
afterAll(() => shared.close());

/** Names a session in a thread whose platform has names of threads; what the thread then shows. */
async function renamed(failure?: ChannelFailure) {
  const one = createWorld(shared.store);
  const titles: string[] = [];
  const entitle = async (_address: unknown, title: string) => {
    titles.push(title);
    if (failure !== undefined) throw new ChannelError(failure, 'it was refused');
  };
  Object.assign(one.platform.adapter, { entitle });
  kernels.push(one.start());
  await one.say('first');
  await one.sees(() => one.agent.prompts.length === 1);
  await one.say('!rename A better title');
  await one.sees(() => one.platform.screen().some((line) => line.includes('is now called')));
  return { titles, shown: one.platform.screen().find((line) => line.includes('is now called')) };
}

test('a thread bears the name of its session', async () => {
  const { titles, shown } = await renamed();
  expect(titles).toEqual(['A better title']);
  expect(shown).toContain('The session is now called "A better title".');
  expect(shown).not.toContain('keeps its name');
});

test('a thread that was named too often says so, and when it can be named again', async () => {
  const { shown } = await renamed({ reason: 'rate-limited', retryAfterMs: 300_000 });
  expect(shown).toContain('keeps its name, which was changed too often; say it again in 5 min.');
});

test('a thread that cannot be named says so', async () => {
  const { shown } = await renamed({ reason: 'unavailable' });
  expect(shown).toContain('The session is now called "A better title". This thread keeps its name');
});
