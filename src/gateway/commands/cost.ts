import { counted, cost as dollars, tokens } from '../../render/amounts.ts';
import type { Used } from '../../store/types.ts';
import type { Command } from './command.ts';

export const spent: Command = {
  name: 'cost',
  description: 'What the answers of this thread cost, yours, and all of today',
  right: 'view',
  async run({ shard, notices }, { row }) {
    const { store, clock } = shard;
    const question = { thread: row.thread.id, person: row.event.author.id, since: dayOf(clock.now()) };
    const { thread, person, day } = await store.costs.of(question);
    await notices.say(
      row,
      [line('This thread', thread), line('You, in all threads', person), line('Today, everybody', day)].join(
        '  \n',
      ),
    );
  },
};

/** Midnight where the process runs, epoch milliseconds. */
function dayOf(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0);
}

function line(whose: string, { prompts, cost: paid, tokens: used }: Used): string {
  if (prompts === 0) return `${whose}: nothing yet`;
  const amounts = [dollars(paid), used === 0 ? '' : tokens(used), `in ${counted(prompts, 'answer')}`];
  return `${whose}: ${amounts.filter((word) => word !== '').join(' · ')}`;
}
