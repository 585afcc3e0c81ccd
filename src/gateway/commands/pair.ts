import { code, escaped } from '../../render/plain.ts';
import { greet } from '../access/denial.ts';
import { letIn } from '../access/pairing.ts';
import type { Command } from './command.ts';

export const pair: Command = {
  name: 'pair',
  argument: '<code>',
  description: 'Let in the person whom the bot gave this code',
  right: 'people',
  async run({ shard, notices }, { row, text }) {
    const by = row.event.author.id;
    const { store, settings, log } = shard;
    const person = await letIn(store, settings.ids, { text, by, attempt: `inbox:${row.id}` });
    log.info({ person: person.id, by }, 'person was let in');
    await notices.say(
      row,
      `${escaped(person.name)} (${code(person.id)}) is let in. \`!unpair ${person.id}\` takes it back.`,
    );
    await greet({ shard, notices });
  },
};
