import { clip } from '../../core/clip.ts';
import { escaped } from '../../render/plain.ts';
import type { InboxRow, ThreadRow } from '../../store/types.ts';
import { whereFrom } from '../thread-name.ts';
import type { CommandDeps } from './command.ts';

/** Tells the other threads of a session what somebody did with it here: once for this event, and pinging nobody. */
export async function tellOthers(
  { shard, notices }: Pick<CommandDeps, 'shard' | 'notices'>,
  { id, event, thread }: InboxRow,
  others: readonly ThreadRow[],
  sentence: (who: string) => string,
): Promise<void> {
  for (const other of others) {
    const who = escaped(`${clip(event.author.name, 40)} ${whereFrom(shard, thread, other)}`);
    await notices.mention(other, String(id), sentence(who));
  }
}
