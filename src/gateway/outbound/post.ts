import type { ChannelAdapter, Outbound } from '../../core/channel.ts';
import { ChannelError } from '../../core/errors.ts';
import { isFile } from '../../core/outbound.ts';
import type { LedgerRow, ThreadRow } from '../../store/types.ts';
import type { Shard } from '../shard.ts';
import { putPost } from './content.ts';
import { placeholderFor } from './placeholder.ts';

export interface Post {
  readonly content: Outbound;
  /** What the ledger may say of it, where its text is not a placeholder's. */
  readonly hash: string;
  readonly doubtful: boolean;
}

/** A post whose row is there; one whose outcome is in doubt is looked up before it is made again. */
export async function makePost(
  { store, lease }: Shard,
  adapter: ChannelAdapter,
  { address }: ThreadRow,
  row: LedgerRow,
  { content, hash, doubtful }: Post,
): Promise<LedgerRow> {
  const placeholder = placeholderFor(adapter, content, doubtful);
  const lookUp = doubtful && !adapter.capabilities.recognisesRepeatedPost;
  const earlier = lookUp ? await adapter.find?.(address, row.key) : undefined;
  const message = earlier ?? (await putPost(adapter, address, placeholder, row.key));
  const shown = placeholder === content || isFile(content) ? hash : '';
  // What still grows is not known to a process after us.
  const isLive = !isFile(content) && content.live;
  await store.ledger.posted(lease, row.thread, row.slot, message, isLive ? '' : shown);
  return { ...row, message, hash: shown };
}

/** Nothing came of the call, so there is no doubt about it. */
export function wasNotMade(error: unknown): boolean {
  return error instanceof ChannelError && error.failure.reason === 'rate-limited';
}
