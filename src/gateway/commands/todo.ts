import { UserError } from '../../core/errors.ts';
import { todoText } from '../../render/notices.ts';
import type { Command } from './command.ts';
import { placeOf, refOf } from './thread-state.ts';

export const todo: Command = {
  name: 'todo',
  description: "The agent's to-do list as it is now",
  right: 'view',
  async run({ shard, speech }, { row }) {
    const place = await placeOf(shard, row);
    const todos = await shard.agent.library.todos(refOf(place));
    const adapter = shard.channels.get(place.thread.address.platform)?.adapter;
    if (todos.length === 0 || adapter === undefined)
      throw new UserError('The agent keeps no to-do list in this session.');
    await speech.say(row, todoText(todos, adapter.capabilities));
  },
};
