import { UserError } from '../../core/errors.ts';
import { steerPrompt as sendNow } from '../runs/steer.ts';
import type { Command } from './command.ts';
import { runningOf, threadStateOf } from './thread-state.ts';

export const steer: Command = {
  name: 'steer',
  argument: '<text>',
  description: 'Say something to the agent while it works, ahead of the queue',
  right: 'steer',
  async run(deps, { row, text }) {
    if (text.trim() === '')
      throw new UserError('Say what the agent should hear: `!steer use the other file`.');
    const { shard, enqueue } = deps;
    const before = await threadStateOf(shard, row);
    await enqueue(row, text);
    if (runningOf(before) === undefined) return;
    const { open } = await threadStateOf(shard, row);
    const prompt = open.find(({ pieces }) => pieces.length === 1 && pieces[0]?.inbox === row.id);
    if (prompt !== undefined) await sendNow(deps, prompt);
  },
};
