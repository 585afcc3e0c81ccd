import { UserError } from '../../core/errors.ts';
import type { Command } from './command.ts';
import { demandQuiet, placeOf } from './place.ts';

export const detach: Command = {
  name: 'detach',
  description: 'Let go of the session, so that another thread can go on with it',
  right: 'settings',
  async run({ shard, speech }, { row }) {
    const place = await placeOf(shard, row);
    if (place.session === undefined && row.attempts === 0)
      throw new UserError('This thread drives no session, so there was nothing to let go of.');
    demandQuiet(place);
    await shard.store.threads.detach(shard.lease, place.thread.id);
    await speech.say(
      row,
      'This thread let go of its session. The next message to the agent begins a new one.',
    );
  },
};
