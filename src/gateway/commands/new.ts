import type { Command } from './command.ts';
import { demandQuiet, placeOf } from './place.ts';

export const fresh: Command = {
  name: 'new',
  description: 'Begin a new session in this thread; the old one stays in the list',
  right: 'settings',
  async run({ shard, speech }, { row }) {
    const place = await placeOf(shard, row);
    demandQuiet(place);
    await shard.store.threads.begin(shard.lease, place.thread.id, place.project.directory);
    await speech.say(row, 'The next message begins a new session. The one before stays in `!sessions`.');
  },
};
