/** How people call channels and threads, as far as Discord told of them. Pure. */
import type { ThreadAddress } from '../../src/core/channel.ts';
import { roomOf } from './address.ts';
import type { Channels } from './channels.ts';

/** undefined: neither the thread nor its channel was told of. */
export function placeName(
  channels: Pick<Channels, 'known'>,
  { channel, thread }: ThreadAddress,
): string | undefined {
  const place = channels.known(thread);
  if (place !== undefined && roomOf(place) === 'private') return 'a private chat';
  const name = channels.known(channel)?.name;
  const parent = name ? `#${name}` : undefined;
  if (thread === channel) return parent;
  const own = place?.name || undefined;
  if (parent === undefined) return own;
  return own === undefined ? `a thread in ${parent}` : `${parent} › ${own}`;
}
