/** What was said while nobody listened: Discord tells it to nobody later, so it is read out of the channels. */
import type { Clock } from '../../src/lib/clock.ts';
import { backoff } from '../../src/lib/retry.ts';
import { isLater, timeOf } from './address.ts';
import type { RestCall } from './client.ts';
import { channelError } from './failures.ts';
import { messagesIn } from './history.ts';
import { inOrder } from './messages.ts';
import type { KnownThread, Threads } from './threads.ts';
import type { WireGuild, WireMessage } from './wire.ts';

interface BackfillDeps {
  readonly call: RestCall;
  readonly threads: Threads;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
}

/** An archived thread that was silent for so long is not looked at: whoever writes there wakes it. */
const silentMs = 30 * 24 * 3_600_000;
const pageSize = 100;
/** A channel where we were mentioned is read back this far at most, pages; a thread of ours to the end. */
const mostPages = 20;

/** Threads and channels of a guild, in which something may have been said since we last heard. */
export function gapsIn(guild: WireGuild, threads: Threads, now: number): readonly string[] {
  const channels = new Set(guild.channels.map(({ id }) => id));
  const newest = new Map([...guild.channels, ...guild.threads].map((one) => [one.id, one.last_message_id]));
  return [...threads.all()].filter(([id, known]) => gaps(id, known)).map(([id]) => id);

  function gaps(id: string, { room, channel, unopened, last }: KnownThread): boolean {
    if (room === 'private' || unopened || !channels.has(channel)) return false;
    const told = newest.get(id);
    if (told === undefined) return timeOf(last) > now - silentMs;
    return told !== null && isLater(told, last);
  }
}

/** Private chats are in no list. */
export function privateGaps(threads: Threads): readonly string[] {
  return [...threads.all()].filter(([, { room }]) => room === 'private').map(([id]) => id);
}

/**
 * What was said in a channel since its last stored message, oldest first, handed on one by one. Tries until Discord
 * answers; a channel that is gone or closed to us has nothing.
 */
export async function readBack(
  deps: BackfillDeps,
  channel: string,
  take: (message: WireMessage) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let after = deps.threads.get(channel)?.last ?? '0';
  for (let page = 0; page < mostPages && !signal.aborted; page += 1) {
    const messages = await pageAfter(deps, channel, after, signal);
    for (const message of messages) await take(message);
    const last = messages.at(-1);
    if (last === undefined || messages.length < pageSize) return;
    after = last.id;
  }
}

async function pageAfter(
  { call, threads, clock, random }: BackfillDeps,
  channel: string,
  after: string,
  signal: AbortSignal,
): Promise<readonly WireMessage[]> {
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      const query = { after, limit: String(pageSize) };
      const page = await call({ method: 'get', path: `/channels/${channel}/messages`, query });
      return inOrder(messagesIn(page));
    } catch (error) {
      const { failure } = channelError('list messages', error);
      if (failure.reason === 'gone') await threads.forget(channel);
      if (failure.reason !== 'rate-limited' && failure.reason !== 'unavailable') return [];
      const pause = backoff(failures + 2, random());
      await clock.sleep(failure.reason === 'rate-limited' ? failure.retryAfterMs : pause, signal);
    }
  }
  return [];
}
