import type { OutboundMessage } from '../../core/channel.ts';
import { ChannelError, isFinal } from '../../core/errors.ts';
import { isFile } from '../../core/outbound.ts';
import { insteadKey } from '../../core/slot.ts';
import type { ThreadRow } from '../../store/types.ts';
import type { Outlet, Shard } from '../shard.ts';
import type { Notice } from './backlog.ts';
import { hashOf, refusedFileNotice } from './content.ts';
import { makePost, wasNotMade } from './post.ts';

/** Makes one call for a message outside any turn; true: nothing is left to do for it. */
export async function applyNotice(
  shard: Shard,
  { adapter, pace }: Outlet,
  thread: ThreadRow,
  notice: Notice,
): Promise<boolean> {
  const { store, lease, settings, clock, log } = shard;
  const { slot, message: content, doubtful } = notice;
  const hash = hashOf(content);
  const row = await store.ledger.begin(lease, thread.id, slot, settings.ids.post(thread.id, slot));
  if (row.removed) return true;
  if (row.hash === hash) {
    await store.ledger.shown(lease, thread.id, slot, hash);
    return true;
  }
  pace.record(thread.address, row.message === undefined ? 'post' : 'edit', clock.now());
  notice.doubtful = true;
  try {
    if (row.message === undefined)
      return (await makePost(shard, adapter, thread, row, { content, hash, doubtful })).hash === hash;
    if (!isFile(content)) await adapter.edit(thread.address, row.message, content);
    await store.ledger.shown(lease, thread.id, slot, hash);
  } catch (error) {
    if (wasNotMade(error)) notice.doubtful = doubtful;
    if (!(error instanceof ChannelError) || !isFinal(error)) throw error;
    const { failure, message } = error;
    log.error({ thread: thread.id, slot, reason: failure.reason, error: message }, 'notice given up');
    if (isFile(content)) await sayInstead(shard, thread, notice, refusedFileNotice(content, error));
    await store.ledger.removed(lease, thread.id, slot);
    return notice.message === content;
  }
  return true;
}

/** The notice becomes another one, in a slot of its own. */
async function sayInstead(
  { store, lease, settings }: Shard,
  { id }: ThreadRow,
  notice: Notice,
  message: OutboundMessage,
): Promise<void> {
  const slot = insteadKey(notice.slot);
  await store.ledger.say(lease, id, slot, settings.ids.post(id, slot), message);
  notice.slot = slot;
  notice.message = message;
  notice.doubtful = false;
}
