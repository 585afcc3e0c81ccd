import type { Agent, AgentEvent } from '../core/agent.ts';
import { priority } from '../render/plan.ts';
import { greet } from './access/denial.ts';
import { createGuard } from './access/guard.ts';
import { createCommands } from './commands/dispatch.ts';
import { commands as table } from './commands/table.ts';
import { ask, likeBefore } from './inbound/enqueue.ts';
import { createMessages } from './inbound/messages.ts';
import { createActions } from './inbound/presses.ts';
import { createRouter } from './inbound/router.ts';
import { type Conditions, createDelivery } from './outbound/delivery.ts';
import { createSpeech } from './outbound/notices.ts';
import { createTurns } from './outbound/turns.ts';
import { isOver } from './outbound/view.ts';
import { createRequests } from './requests/requests.ts';
import { createElsewhere } from './runs/outside-prompts.ts';
import { createSessions } from './runs/session-loops.ts';
import type { Shard } from './shard.ts';

/** Running clocks are shown, and time-outs looked for, this often, milliseconds. */
const tickMs = 5000;
/** A pause shorter than this is not worth a sentence, milliseconds. */
const awayMs = 3000;

/** Every loop of one server, in one list. */
export function loopsOf(shard: Shard, signal: AbortSignal): readonly Promise<void>[] {
  const turns = createTurns();
  const delivery = createDelivery(shard, turns, () => conditions(shard.agent, shard.clock.now()));
  const requests = createRequests(shard, turns, delivery);
  const sessions = createSessions({ shard, turns, delivery, requests });
  const speech = createSpeech(shard, delivery);
  const guard = createGuard(shard);
  const commands = createCommands({
    shard,
    guard,
    speech,
    sessions,
    commands: table,
    ask: (row, text, runs) =>
      ask({ shard, sessions, delivery }, row, runs === undefined ? { text, own: true } : { text, runs }),
  });
  const deps = { shard, guard, commands, sessions, requests, delivery, speech };
  const router = createRouter({
    shard,
    guard,
    speech,
    messages: createMessages(deps),
    actions: createActions({
      ...deps,
      ask: async (row, text, like) =>
        ask(deps, row, { text, ...(like === undefined ? {} : await likeBefore(shard, like)) }),
    }),
    commands,
  });
  const elsewhere = createElsewhere(shard, sessions);
  const onEvent = (event: AgentEvent): void => {
    sessions.onEvent(event);
    elsewhere.onEvent(event);
  };
  const tick = async (): Promise<void> => {
    while (!signal.aborted) {
      await shard.clock.sleep(tickMs, signal);
      for (const { prompt } of turns.all())
        if (!isOver(prompt)) delivery.changed(prompt.id, priority.progress);
      await requests.tick();
      await greet({ shard, speech });
    }
  };
  return [
    shard.agent.run(onEvent, signal),
    sessions.run(signal),
    router.run(signal),
    delivery.run(signal),
    tick(),
    elsewhere.run(signal),
  ];
}

function conditions(agent: Agent, now: number): ReturnType<Conditions> {
  const { connected, since, gate } = agent.status();
  return { awaySince: connected || now - since < awayMs ? undefined : since, gateOff: gate === 'off' };
}
