import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Postgres, startPostgres } from '../postgres.ts';
import { pagePlace } from './place.ts';
import { createRandom } from './random.ts';
import { watch } from './watch.ts';
import { agentScreen, createWorld, firstText, type World } from './world.ts';

const state: { postgres?: Postgres; world?: World } = {};

beforeAll(async () => {
  state.postgres = await startPostgres();
  state.world = await createWorld(await state.postgres.url('fault'), createRandom(1));
});
afterAll(async () => {
  await state.world?.end();
  await state.postgres?.stop();
});

test('Postgres is restarted as after a crash, in mid-answer: nothing is lost, nothing comes twice', async () => {
  const { postgres, world } = state;
  if (postgres === undefined || world === undefined) throw new Error('the world did not start');
  const { gateway } = world;
  const page = gateway.page();
  const thread = await page.begin();
  // A retry of this test is another prompt.
  const words = `long: while the database goes away, ${randomUUID()}`;
  await page.send(thread, words);
  await firstText(pagePlace(gateway), thread);
  await postgres.restart('immediate');
  const rests = await watch(pagePlace(gateway), thread, 0, performance.now(), (messages) =>
    messages.some(({ footnote }) => footnote?.includes('scripted')),
  );
  expect(agentScreen(rests.messages)).toBe(world.long.screen);
  expect(rests.shrank).toBe(0);
  expect(gateway.model.runs(words)).toBe(1);
});
