import { UserError } from '../../core/errors.ts';
import { steer as sendNow } from '../runs/steer.ts';
import type { Command } from './command.ts';
import { placeOf, runningOf } from './thread-state.ts';

export const steer: Command = {
  name: 'steer',
  argument: '<text>',
  description: 'Say something to the agent while it works, ahead of the queue',
  right: 'steer',
  async run(deps, { row, text }) {
    if (text.trim() === '')
      throw new UserError('Say what the agent should hear: `!steer use the other file`.');
    const { shard, ask } = deps;
    const before = await placeOf(shard, row);
    await ask(row, text);
    if (runningOf(before) === undefined) return;
    const { open } = await placeOf(shard, row);
    const prompt = open.find(({ pieces }) => pieces.length === 1 && pieces[0]?.inbox === row.id);
    if (prompt !== undefined) await sendNow(deps, prompt);
  },
};
