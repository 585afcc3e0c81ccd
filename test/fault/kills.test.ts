import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Postgres, startPostgres } from '../postgres.ts';
import { createRandom } from './random.ts';
import { killGateway, killOpenCode } from './scenarios.ts';
import { createWorld, type World } from './world.ts';

const rounds = Number(process.env['FAULT_ROUNDS'] ?? 2);
const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);

console.log(`kills from seed ${seed} (FAULT_SEED)`);

describe.each([
  { where: 'page', database: 'Postgres' },
  { where: 'page', database: 'PGlite' },
  { where: 'telegram', database: 'PGlite' },
] as const)('kill -9 at random moments, seen on $where, stored on $database', ({ where, database }) => {
  const state: { postgres?: Postgres; world?: World } = {};

  beforeAll(async () => {
    if (database === 'Postgres') state.postgres = await startPostgres();
    state.world = await createWorld(await state.postgres?.url('fault'), createRandom(seed), where);
  });
  afterAll(async () => {
    await state.world?.end();
    await state.postgres?.stop();
  });

  test.each([
    ['the gateway: answer, card, queue and a message just sent go on', killGateway],
    ['OpenCode: the answer goes on under a line that says so, the card is asked anew', killOpenCode],
  ])('%s', async (_, strike) => {
    const { world } = state;
    if (world === undefined) throw new Error('the gateway did not start');
    for (let round = 1; round <= rounds; round += 1)
      for (const { case: name, problems } of await strike(world))
        expect({ seed, round, name, problems }).toEqual({ seed, round, name, problems: [] });
  });
});
