import { UserError } from '../../core/errors.ts';
import { code } from '../../render/plain.ts';
import { whereOf } from '../thread-name.ts';
import type { Command } from './command.ts';
import { demandFree, threadStateOf } from './thread-state.ts';

export const detach: Command = {
  name: 'detach',
  description: 'Let go of the session, so that another thread can go on with it',
  right: 'settings',
  async run({ shard, sessions, notices }, { row }) {
    const place = await threadStateOf(shard, row);
    if (place.session === undefined && row.attempts === 0)
      throw new UserError('This thread drives no session, so there was nothing to let go of.');
    demandFree(place);
    await shard.store.threads.detach(shard.lease, place.thread.id);
    if (place.session !== undefined) sessions.wake(place.session.id);
    const places = place.others.map((other) => code(whereOf(shard, other))).join(', ');
    const more = places === '' ? '' : `, which goes on in ${places}`;
    await notices.say(
      row,
      `This thread let go of its session${more}. The next message to the agent begins a new one.`,
    );
  },
};

export const unwatch: Command = {
  ...detach,
  name: 'unwatch',
  description: 'Show the session here no longer: the same as "detach"',
};
