/** A message outside any turn, by one call: posted, edited, or, where the platform takes it in no form, replaced. */
import type { Outbound } from '../../core/channel.ts';
import { ChannelError, isFinal } from '../../core/errors.ts';
import { isFile } from '../../core/outbound.ts';
import { insteadKey } from '../../core/slot.ts';
import type { ThreadRow } from '../../store/types.ts';
import type { Outlet, Shard } from '../shard.ts';
import type { Notice } from './backlog.ts';
import { hashOf } from './content.ts';
import { nextInstead } from './instead.ts';
import { makePost, wasNotMade } from './post.ts';

/** Makes one call for a message outside any turn; true: nothing is left to do for it. */
export async function applyNotice(
  shard: Shard,
  { adapter, pace }: Outlet,
  thread: ThreadRow,
  notice: Notice,
): Promise<boolean> {
  const { store, lease, settings, clock } = shard;
  const { slot, message: content, doubtful } = notice;
  const hash = hashOf(content);
  const row = await store.ledger.begin(lease, thread.id, slot, settings.ids.post(thread.id, slot));
  if (row.removed || (row.refused && row.hash === hash)) return true;
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
    if (!(error instanceof ChannelError) || isWorthATry(notice, error)) throw error;
    await giveUp(shard, adapter, thread, notice, error);
    return notice.message === content;
  }
  return true;
}

/** It is not shown in this form; what comes instead takes its place in the queue. */
async function giveUp(
  shard: Shard,
  { capabilities }: Outlet['adapter'],
  thread: ThreadRow,
  notice: Notice,
  error: ChannelError,
): Promise<void> {
  const { slot, message: content } = notice;
  const { reason } = error.failure;
  shard.log.error({ thread: thread.id, slot, reason, error: error.message }, 'notice given up');
  const instead = reason === 'gone' ? undefined : nextInstead(slot, content, error, capabilities);
  if (instead !== undefined) await sayInstead(shard, thread, notice, instead);
  await shard.store.ledger.removed(shard.lease, thread.id, slot);
}

/** Words that nobody knows are heard twice before they are taken for a no. */
function isWorthATry(notice: Notice, error: ChannelError): boolean {
  if (isFinal(error)) return false;
  const isUnclear = error.failure.reason === 'unknown';
  if (isUnclear && notice.unclear === true) return false;
  if (isUnclear) notice.unclear = true;
  return true;
}

/** The notice becomes another one, in a slot of its own. */
async function sayInstead(
  { store, lease, settings }: Shard,
  { id }: ThreadRow,
  notice: Notice,
  message: Outbound,
): Promise<void> {
  const slot = insteadKey(notice.slot);
  await store.ledger.say(lease, id, slot, settings.ids.post(id, slot), message);
  notice.slot = slot;
  notice.message = message;
  notice.doubtful = false;
  notice.unclear = false;
}
