/** `npm run fault`: kill -9 at random moments, again and again, on both databases. */
import { startPostgres } from '../postgres.ts';
import type { SettingName } from './place.ts';
import { createRandom } from './random.ts';
import { killGateway, killOpenCode, type Outcome } from './scenarios.ts';
import { createWorld, type World } from './world.ts';

interface Result extends Outcome {
  readonly database: string;
}

const rounds = Number(process.env['FAULT_ROUNDS'] ?? 20);
const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);

console.log(`seed ${seed} (FAULT_SEED), ${rounds} rounds (FAULT_ROUNDS)`);
const startedAt = performance.now();
const postgres = await startPostgres();
try {
  // Three products beside each other: most of a round is waiting.
  const perWorld = await Promise.all([
    runOn('page', 'Postgres', await postgres.url('fault'), seed),
    runOn('page', 'PGlite', undefined, seed + 1),
    runOn('telegram', 'Postgres', await postgres.url('fault_telegram'), seed + 2),
  ]);
  const results = perWorld.flat();
  print(results);
  process.exitCode = results.some(({ problems }) => problems.length > 0) ? 1 : 0;
} finally {
  await postgres.stop();
}
console.log(`${Math.round((performance.now() - startedAt) / 1000)} s`);

async function runOn(
  where: SettingName,
  database: string,
  url: string | undefined,
  from: number,
): Promise<readonly Result[]> {
  const world = await createWorld(url, createRandom(from), where);
  const results: Result[] = [];
  try {
    for (const strike of [killGateway, killOpenCode])
      for (let round = 1; round <= rounds; round += 1)
        results.push(...(await oneRound(world, strike, `${where}, ${database}`, round)));
  } finally {
    await world.end();
  }
  return results;
}

async function oneRound(
  world: World,
  strike: typeof killGateway,
  database: string,
  round: number,
): Promise<readonly Result[]> {
  const since = performance.now();
  const outcomes = await strike(world).catch((error: unknown) => [failedRound(strike.name, error)]);
  for (const { case: name, problems } of outcomes)
    for (const problem of problems) console.log(`\n${database}, round ${round}, ${name}: ${problem}`);
  if (outcomes.some(({ problems }) => problems.length > 0)) console.log(world.gateway.output());
  const right = outcomes.every(({ problems }) => problems.length === 0);
  const took = seconds(performance.now() - since);
  console.log(
    `${database}, ${strike.name}, round ${round} of ${rounds}: ${right ? 'right' : 'WRONG'}, ${took} s`,
  );
  return outcomes.map((outcome) => ({ ...outcome, database }));
}

/** The round did not come to its end: nothing to measure. */
function failedRound(name: string, error: unknown): Outcome {
  const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { case: name, problems: [problem], movedMs: Number.NaN, settledMs: Number.NaN, steppedBack: 0 };
}

function print(results: readonly Result[]): void {
  const groups = Map.groupBy(results, (result) => `${result.database}: ${result.case}`);
  console.table(
    Object.fromEntries(
      [...groups].map(([name, group]) => [
        name,
        {
          passed: `${group.filter(({ problems }) => problems.length === 0).length} of ${group.length}`,
          'moves, s (median)': seconds(middle(group.map(({ movedMs }) => movedMs))),
          'moves, s (max)': seconds(Math.max(...group.map(({ movedMs }) => movedMs))),
          'ended, s (median)': seconds(middle(group.map(({ settledMs }) => settledMs))),
          'ended, s (max)': seconds(Math.max(...group.map(({ settledMs }) => settledMs))),
          'stepped back, characters (max)': Math.max(...group.map(({ steppedBack }) => steppedBack)),
        },
      ]),
    ),
  );
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
