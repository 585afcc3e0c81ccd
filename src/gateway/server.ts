import { FencedOutError } from '../core/errors.ts';
import type { Service } from '../lib/supervise.ts';
import type { Lease } from '../store/types.ts';
import { loopsOf } from './loops.ts';
import type { Shard } from './shard.ts';

/** A dead holder's lease is taken over after this time, milliseconds (facts: reliability §1.3). */
const leaseMs = 5000;
/** A holder that could not renew for this long stops by itself: half of the lease. */
const patienceMs = leaseMs / 2;

/** What does the work of one agent server, in whichever process holds its lease. */
export type ServerDeps = Omit<Shard, 'lease'> & { readonly owner: string };

export function createServer(deps: ServerDeps): Service {
  return {
    name: `server ${deps.agent.server}`,
    async run(signal) {
      const { store, agent, owner, clock } = deps;
      while (!signal.aborted) {
        const lease = await store.leases.acquire(agent.server, owner, leaseMs);
        if (lease === undefined) await clock.sleep(leaseMs / 5, signal);
        else await hold(deps, lease, signal);
      }
    },
  };
}

async function hold(deps: ServerDeps, lease: Lease, signal: AbortSignal): Promise<void> {
  const end = new AbortController();
  const both = AbortSignal.any([signal, end.signal]);
  const shard: Shard = { ...deps, lease };
  deps.log.info({ server: lease.name, fence: lease.fence }, 'lease was taken');
  const loops = [renew(shard, both), ...loopsOf(shard, both)];
  try {
    await Promise.race(loops);
  } catch (error) {
    if (!(error instanceof FencedOutError)) throw error;
    deps.log.warn({ server: lease.name }, 'lease was lost');
  } finally {
    end.abort();
    await Promise.allSettled(loops);
    await deps.store.leases.release(lease);
  }
}

async function renew({ store, lease, clock }: Shard, signal: AbortSignal): Promise<void> {
  let renewedAt = clock.now();
  while (!signal.aborted) {
    await clock.sleep(leaseMs / 5, signal);
    if (signal.aborted) return;
    const held = await store.leases.renew(lease, leaseMs).catch((error: unknown) => error);
    if (held === false) throw new FencedOutError(`the lease ${lease.name} has another holder`);
    if (held === true) renewedAt = clock.now();
    else if (clock.now() - renewedAt > patienceMs) throw new FencedOutError(String(held));
  }
}
