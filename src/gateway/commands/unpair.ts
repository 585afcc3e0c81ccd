import { code, escaped } from '../../render/plain.ts';
import { putOut } from '../access/pairing.ts';
import type { Command } from './command.ts';

export const unpair: Command = {
  name: 'unpair',
  argument: '<person>',
  description: 'Take back that a person was let in',
  right: 'people',
  async run({ shard: { store, settings, log }, notices }, { row, text }) {
    const person = await putOut(store.people, settings.admins, text);
    log.info({ person: person.id, by: row.event.author.id }, 'person was put out');
    await notices.say(
      row,
      `${escaped(person.name)} (${code(person.id)}) is no longer let in. What they asked for before still goes on.`,
    );
  },
};
