import { clip } from '../../core/clip.ts';
import { ChannelError, UserError } from '../../core/errors.ts';
import { duration } from '../../render/amounts.ts';
import { escaped, oneLine } from '../../render/plain.ts';
import type { ThreadRow } from '../../store/types.ts';
import type { Shard } from '../shard.ts';
import { outletOf } from '../shard.ts';
import type { Command } from './command.ts';
import { tellOthers } from './tell-others.ts';
import { threadStateOf } from './thread-state.ts';

/** Longest title, characters. */
const titleLength = 100;

export const rename: Command = {
  name: 'rename',
  argument: '<title>',
  description: 'Give the session another title',
  right: 'settings',
  async run(deps, { row, text }) {
    const { shard, notices } = deps;
    const title = clip(oneLine(text), titleLength);
    if (title === '') throw new UserError('Say the new title: `!rename Fix the date test`.');
    const { session, others } = await threadStateOf(shard, row);
    if (session === undefined)
      throw new UserError('This thread has no session yet. It gets one with the first message to the agent.');
    if (session.serverSession !== undefined)
      await shard.agent.library.rename(
        { session: session.serverSession, directory: session.directory },
        title,
      );
    await shard.store.sessions.rename(shard.lease, session.id, title);
    await tellOthers(deps, row, others, (who) => `${who} named this session "${escaped(title)}".`);
    const kept = await entitle(shard, row.thread, title);
    await notices.say(row, `The session is now called "${escaped(title)}".${kept}`);
  },
};

/** The thread bears the name as well, where threads have names; why not, where it keeps its own. */
async function entitle(shard: Shard, thread: ThreadRow, title: string): Promise<string> {
  const adapter = outletOf(shard, thread)?.adapter;
  try {
    await adapter?.entitle?.(thread.address, title);
    return '';
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    const { failure } = error;
    return failure.reason === 'rate-limited'
      ? ` This thread keeps its name, which was changed too often; say it again in ${duration(failure.retryAfterMs)}.`
      : ' This thread keeps its name, which could not be changed now.';
  }
}
