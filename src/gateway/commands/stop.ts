import { UserError } from '../../core/errors.ts';
import { counted } from '../../render/amounts.ts';
import type { Command } from './command.ts';
import { isAtWork, refOf, runningOf, threadStateOf } from './thread-state.ts';

export const stop: Command = {
  name: 'stop',
  argument: '[all]',
  description: 'End what the agent does now; with "all" withdraw the waiting messages too',
  right: 'stop',
  async run({ shard, sessions, notices }, { row, text }) {
    const wish = text.trim().toLowerCase();
    if (wish !== '' && wish !== 'all')
      throw new UserError('`!stop` ends what runs, `!stop all` withdraws the waiting messages too.');
    const { store, lease } = shard;
    const place = await threadStateOf(shard, row);
    const { session, open } = place;
    // What is next is shown as running, though it may not be sent yet.
    const running = runningOf(place) ?? open[0];
    // The queue first: what is stopped makes way for the next.
    const queued =
      wish === 'all' ? open.filter(({ state, id }) => state === 'queued' && id !== running?.id) : [];
    const withdrawn = await Promise.all(queued.map(({ id }) => store.prompts.withdraw(lease, id)));
    const stopped =
      running !== undefined &&
      (await store.prompts.markStopping(lease, running.id, row.event.author.name, row.thread.id));
    if (session !== undefined) {
      if (stopped) sessions.stop(session.id);
      if (queued.length > 0) sessions.wake(session.id);
    }
    const count = withdrawn.filter(Boolean).length;
    if (count > 0) await notices.say(row, `${counted(count, 'waiting message')} withdrawn.`);
    else if (!stopped && (await isAtWork(shard, place))) {
      await shard.agent.abort(refOf(place));
      await notices.say(row, 'Stopped what was running at the agent server.');
    } else if (!stopped && row.attempts === 0)
      throw new UserError('Nothing runs here now, so there was nothing to stop.');
  },
};
