/** Where things are: channels of Discord's as threads of ours. Pure. */
import type { Author, Room, ThreadAddress } from '../../src/core/channel.ts';
import type { WireChannel, WireMember, WireUser } from './wire.ts';

/** What ids of people begin with; addresses hold the adapter's id, which differs where several bots run. */
export const platform = 'discord';

const kinds = { text: 0, private: 1, announcement: 5 } as const;
const threadKinds: ReadonlySet<number> = new Set([10, 11, 12]);

function isThread({ type }: Pick<WireChannel, 'type'>): boolean {
  return threadKinds.has(type);
}

/** Only there can a message become a thread; in a voice channel what is said stays in the channel. */
export function canHoldThreads({ type }: Pick<WireChannel, 'type'>): boolean {
  return type === kinds.text || type === kinds.announcement;
}

export function roomOf(channel: Pick<WireChannel, 'type'>): Room {
  if (channel.type === kinds.private) return 'private';
  return isThread(channel) ? 'thread' : 'channel';
}

/** The conversation that a channel is: a thread under its parent, or the channel itself. */
export function addressOf(adapter: string, { id, type, parent_id: parent }: WireChannel): ThreadAddress {
  return { platform: adapter, channel: isThread({ type }) ? (parent ?? id) : id, thread: id };
}

export function privateChannel(id: string): WireChannel {
  return { id, type: kinds.private };
}

export function authorId(user: string): Author['id'] {
  return `${platform}:${user}`;
}

export function authorOf(user: WireUser, member?: WireMember | null, webhook = false): Author {
  return {
    id: authorId(user.id),
    name: member?.nick || user.global_name || user.username,
    ...(user.bot === true || webhook ? { bot: true } : {}),
  };
}

const epoch = 1_420_070_400_000n;

/** When a snowflake was made, epoch milliseconds. */
export function timeOf(id: string): number {
  return Number((BigInt(id) >> 22n) + epoch);
}

/** Ids of one channel grow with time. */
export function isLater(id: string, than: string): boolean {
  return BigInt(id) > BigInt(than);
}
