import { sql } from 'kysely';
import { FencedOutError } from '../core/errors.ts';
import type { Database } from './tables.ts';
import type { Lease } from './types.ts';

/**
 * Keeps others from taking the lease until the transaction ends. The shared lock lets the holder's own writes run
 * side by side.
 */
export async function holdLease(tx: Database, { name, fence }: Lease): Promise<void> {
  const row = await tx
    .selectFrom('lease')
    .select('fence')
    .where('name', '=', name)
    .where('fence', '=', fence)
    .where('until', '>', sql<number>`clock_timestamp()`)
    .forShare()
    .executeTakeFirst();
  if (row === undefined) throw new FencedOutError(`lease ${name} is held by someone else, or has run out`);
}
