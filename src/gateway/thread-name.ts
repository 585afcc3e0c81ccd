/** How a thread is called where another one tells of it: as people call the place, never by its ids. */
import type { ThreadRow } from '../store/types.ts';
import { outletOf, type Shard } from './shard.ts';

/** Words for the place of a thread. */
export function whereOf(shard: Pick<Shard, 'outlets'>, thread: ThreadRow): string {
  const { address } = thread;
  const name = outletOf(shard, thread)?.adapter.placeName?.(address);
  return name === undefined ? `a thread on ${address.platform}` : `${address.platform} · ${name}`;
}

/** Where something happened, for people in another thread: as little as tells it from here. */
export function whereFrom(shard: Pick<Shard, 'outlets'>, thread: ThreadRow, here: ThreadRow): string {
  const { platform } = thread.address;
  return platform === here.address.platform ? `in ${whereOf(shard, thread)}` : `on ${platform}`;
}
