import { UserError } from '../../core/errors.ts';
import { todoText } from '../../render/notices.ts';
import { outletOf } from '../shard.ts';
import type { Command } from './command.ts';
import { refOf, threadStateOf } from './thread-state.ts';

export const todo: Command = {
  name: 'todo',
  description: "The agent's to-do list as it is now",
  right: 'view',
  async run({ shard, notices }, { row }) {
    const place = await threadStateOf(shard, row);
    const todos = await shard.agent.library.todos(refOf(place));
    const adapter = outletOf(shard, place.thread)?.adapter;
    if (todos.length === 0 || adapter === undefined)
      throw new UserError('The agent keeps no to-do list in this session.');
    await notices.say(row, todoText(todos, adapter.capabilities));
  },
};
