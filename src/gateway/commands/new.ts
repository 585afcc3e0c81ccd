/** `new`: the thread lets go of its session, and the next message begins another. */
import { projectOf } from '../shard.ts';
import type { Command } from './command.ts';
import { demandFree, threadStateOf } from './thread-state.ts';

export const fresh: Command = {
  name: 'new',
  description: 'Begin a new session in this thread; the old one stays in the list',
  right: 'settings',
  async run({ shard, sessions, notices }, { row }) {
    const place = await threadStateOf(shard, row);
    demandFree(place);
    const { directory } = projectOf(shard.settings, place.thread.project);
    await shard.store.threads.begin(shard.lease, place.thread.id, directory);
    if (place.session !== undefined) sessions.wake(place.session.id);
    await notices.say(row, 'The next message begins a new session. The one before stays in `!sessions`.');
  },
};
