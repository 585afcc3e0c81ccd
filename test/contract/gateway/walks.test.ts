import { expect, test } from 'vitest';
import type { Abilities } from '../../fake/adapter.ts';
import { createRandom } from '../../fault/random.ts';
import { openOnEmbedded } from '../store/rig.ts';
import { complaints } from './complaints.ts';
import { walk } from './walk.ts';
import { createOpenWorlds } from './worlds.ts';

const worlds = createOpenWorlds(openOnEmbedded);

const platforms: Readonly<Record<string, Abilities>> = {
  'finds posts': {},
  'recognises posts': { recognises: true, find: false },
  'does neither': { find: false },
};

/**
 * How many walks on each platform, the seed of the first (unset: a new one, printed), and how long:
 * `WALKS=30 WALK=100 STEPS=150 npx vitest run --project walks`.
 */
const walks = Number(process.env['WALKS'] ?? 1);
const first = Number(process.env['WALK'] ?? Date.now() % 1_000_000);
const steps = Number(process.env['STEPS'] ?? 100);

console.log(`walks from seed ${first} (WALK)`);

test.each(
  Object.entries(platforms).flatMap(([name, abilities]) =>
    Array.from({ length: walks }, (_, index) => ({ name, abilities, seed: first + index })),
  ),
)('nothing is lost, doubled or left over on a platform that $name (walk $seed)', async ({
  abilities,
  seed,
}) => {
  const ended = await walk(worlds.make({ abilities }), createRandom(seed), steps);
  expect([...ended.stuck, ...(await complaints(ended.walk, worlds.db()))], ended.walk.log.join(', ')).toEqual(
    [],
  );
});
