import { sql } from 'kysely';
import type { StoreConnection } from './connection.ts';
import type { Database } from './tables.ts';
import type { CostStore, Costs, Used } from './types.ts';

export function createCosts({ run }: StoreConnection): CostStore {
  return { of: (question) => run((db) => costs(db, question)) };
}

/** All three in one look, so that they fit together. */
async function costs(
  db: Database,
  { thread, person, since }: Parameters<CostStore['of']>[0],
): Promise<Costs> {
  const inThread = sql`thread = ${thread}`;
  const byPerson = sql`author ->> 'id' = ${person}`;
  const ofDay = sql`settled_at >= to_timestamp(${since / 1000}::double precision)`;
  const sums = (which: typeof inThread) => sql`json_build_object(
    'prompts', count(*) filter (where ${which}),
    'cost', coalesce(sum((outcome -> 'used' ->> 'cost')::double precision) filter (where ${which}), 0),
    'tokens', coalesce(sum((outcome -> 'used' ->> 'tokens')::double precision) filter (where ${which}), 0))`;
  const { rows } = await sql<{ thread: Used; person: Used; day: Used }>`
    select ${sums(inThread)} as thread, ${sums(byPerson)} as person, ${sums(ofDay)} as day
    from prompt where outcome -> 'used' is not null`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate without a row');
  return row;
}
