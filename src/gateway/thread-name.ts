import type { ThreadRow } from '../store/types.ts';

/** Words for the place of a thread. */
export function whereOf({ address }: ThreadRow): string {
  return [address.platform, address.channel, address.thread].join(' · ');
}

/** Where something happened, for people in another thread: as little as tells it from here. */
export function whereFrom(thread: ThreadRow, here: ThreadRow): string {
  const { platform } = thread.address;
  return platform === here.address.platform ? `in ${whereOf(thread)}` : `on ${platform}`;
}
