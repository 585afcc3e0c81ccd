/** How people call channels and their threads: Slack's threads have no names of their own. Pure. */
import type { ThreadAddress } from '../../src/core/channel.ts';
import { isPrivate, main } from './inbound.ts';

/** `word`: what the channel is called, as far as Slack told of it; undefined: it did not yet. */
export function placeName({ channel, thread }: ThreadAddress, word: string | undefined): string | undefined {
  if (isPrivate(channel)) return 'a private chat';
  return word === undefined || thread === main ? word : `a thread in ${word}`;
}
