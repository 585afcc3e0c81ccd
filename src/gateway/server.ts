/** The holder of one agent server: takes its lease, runs its loops, ends all of them when the lease is lost. */
import type { Agent, AgentEvent } from '../core/agent.ts';
import { FencedOutError } from '../core/errors.ts';
import { isOver } from '../core/prompt.ts';
import type { Service } from '../lib/supervise.ts';
import { priority } from '../render/plan.ts';
import type { Lease } from '../store/types.ts';
import { greet } from './access/denial.ts';
import { createGuard } from './access/guard.ts';
import { createCommands } from './commands/dispatch.ts';
import { commands as table } from './commands/table.ts';
import { enqueue, likeBefore } from './inbound/enqueue.ts';
import { createMessages } from './inbound/messages.ts';
import { createPresses } from './inbound/presses.ts';
import { createRouter } from './inbound/router.ts';
import { createDelivery } from './outbound/delivery.ts';
import type { Conditions } from './outbound/next-step.ts';
import { createNotices } from './outbound/notices.ts';
import { createTurns } from './outbound/turns.ts';
import { createRequests } from './requests/requests.ts';
import { createOutsidePrompts } from './runs/outside-prompts.ts';
import { createSessions } from './runs/session-loops.ts';
import type { Shard } from './shard.ts';

/** A dead holder's lease is taken over after this time, milliseconds (facts: reliability §1.3). */
const leaseMs = 5000;
/** A holder that could not renew for this long stops by itself: half of the lease. */
const patienceMs = leaseMs / 2;

/** Running clocks are shown, and time-outs looked for, this often, milliseconds. */
const tickMs = 5000;
/** A pause shorter than this is not worth a sentence, milliseconds. */
const awayMs = 3000;

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

/** Every loop of one server, in one list. */
function loopsOf(shard: Shard, signal: AbortSignal): readonly Promise<void>[] {
  const turns = createTurns();
  const delivery = createDelivery(shard, turns, () => conditions(shard.agent, shard.clock.now()));
  const requests = createRequests(shard, turns, delivery);
  const sessions = createSessions({ shard, turns, delivery, requests });
  const notices = createNotices(shard, delivery);
  const guard = createGuard(shard);
  const commands = createCommands({
    shard,
    guard,
    notices,
    sessions,
    commands: table,
    enqueue: (row, text, runs) =>
      enqueue({ shard, sessions, delivery }, row, runs === undefined ? { text, own: true } : { text, runs }),
  });
  const deps = { shard, guard, commands, sessions, requests, delivery, notices };
  const router = createRouter({
    shard,
    guard,
    notices,
    messages: createMessages(deps),
    actions: createPresses({
      ...deps,
      enqueue: async (row, text, like) =>
        enqueue(deps, row, { text, ...(like === undefined ? {} : await likeBefore(shard, like)) }),
    }),
    commands,
  });
  const outside = createOutsidePrompts(shard, sessions);
  const onEvent = (event: AgentEvent): void => {
    sessions.onEvent(event);
    outside.onEvent(event);
  };
  const tick = async (): Promise<void> => {
    while (!signal.aborted) {
      await shard.clock.sleep(tickMs, signal);
      for (const { prompt } of turns.all())
        if (!isOver(prompt)) delivery.changed(prompt.id, priority.progress);
      await requests.tick();
      await greet({ shard, notices });
    }
  };
  return [
    shard.agent.run(onEvent, signal),
    sessions.run(signal),
    router.run(signal),
    delivery.run(signal),
    tick(),
    outside.run(signal),
  ];
}

function conditions(agent: Agent, now: number): ReturnType<Conditions> {
  const { connected, since, gate } = agent.status();
  return { awaySince: connected || now - since < awayMs ? undefined : since, gateOff: gate === 'off' };
}
