import { UserError } from '../../core/errors.ts';
import { clipped, escaped, oneLine } from '../../render/plain.ts';
import type { Command } from './command.ts';
import { tellOthers } from './others.ts';
import { placeOf } from './place.ts';

/** Longest title, characters. */
const titleLength = 100;

export const rename: Command = {
  name: 'rename',
  argument: '<title>',
  description: 'Give the session another title',
  right: 'settings',
  async run(deps, { row, text }) {
    const { shard, speech } = deps;
    const title = clipped(oneLine(text), titleLength);
    if (title === '') throw new UserError('Say the new title: `!rename Fix the date test`.');
    const { session, others } = await placeOf(shard, row);
    if (session === undefined)
      throw new UserError('This thread has no session yet. It gets one with the first message to the agent.');
    if (session.session !== undefined)
      await shard.agent.library.rename({ session: session.session, directory: session.directory }, title);
    await shard.store.sessions.rename(shard.lease, session.id, title);
    await tellOthers(deps, row, others, (who) => `${who} named this session "${escaped(title)}".`);
    await speech.say(row, `The session is now called "${escaped(title)}".`);
  },
};
