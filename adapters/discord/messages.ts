/**
 * What people write, change and delete: which of it is for us, and that it is stored before anything else of its
 * channel.
 */
import type { HostLog, InboundEvent, MessageEvent } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { backoff } from '../../src/lib/retry.ts';
import { isLater } from './address.ts';
import type { Channels } from './channels.ts';
import type { Self } from './identity.ts';
import { deletionOf, editOf, isSaid, messageOf, type Origin, type Reader } from './inbound.ts';
import type { Nonces } from './nonces.ts';
import type { Reposts } from './reposts.ts';
import type { Threads } from './threads.ts';
import { deletionShape, messageShape, type WireMessage } from './wire.ts';

/** What hearing messages needs. */
export interface MessagesDeps {
  readonly self: Self;
  readonly channels: Channels;
  readonly threads: Threads;
  readonly nonces: Nonces;
  readonly reposts: Reposts;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
  store(event: InboundEvent): Promise<void>;
  readonly log: Pick<HostLog, 'warn'>;
}

/** A message, live or read back. What was said to nobody here is not taken: it would fill the inbox of the guild. */
export async function heard(deps: MessagesDeps, data: unknown, signal: AbortSignal): Promise<void> {
  const parsed = messageShape.safeParse(data);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join('.'));
    return deps.log.warn({ fields }, 'a message that is not as messages are was set aside');
  }
  const message = parsed.data;
  if (message.author.id === deps.self.id) {
    if (typeof message.nonce === 'string') deps.nonces.note(message.channel_id, message.nonce, message.id);
    return;
  }
  if (!isSaid(message, deps.self)) return;
  await insist(deps, signal, async () => {
    const event = await eventOf(deps, message);
    if (event === undefined) return deps.threads.passed(message.channel_id, message.id);
    await deps.store(event);
    await deps.threads.heard(event);
  });
}

async function eventOf(deps: MessagesDeps, message: WireMessage): Promise<MessageEvent | undefined> {
  const channel =
    message.guild_id === undefined || message.guild_id === null
      ? deps.channels.privately(message.channel_id)
      : await deps.channels.get(message.channel_id);
  if (channel === undefined) return undefined;
  const read = () => messageOf(message, channel, readerOf(deps));
  const { address, room, addressed } = read();
  if (!addressed && !(room === 'thread' && deps.threads.get(address.thread) !== undefined)) return undefined;
  await deps.channels.meet(message.content);
  const event = read();
  return event.replyTo === undefined ? event : { ...event, replyTo: deps.reposts.first(event.replyTo) };
}

function readerOf({ self, channels }: MessagesDeps): Reader {
  return { self, names: channels.names };
}

export async function edited(deps: MessagesDeps, data: unknown, signal: AbortSignal): Promise<void> {
  const parsed = messageShape.safeParse(data);
  if (!parsed.success || !isSaid(parsed.data, deps.self)) return;
  const message = parsed.data;
  const origin = deps.threads.origin(message.id, message.channel_id);
  const event = origin === undefined ? undefined : editOf(message, origin, readerOf(deps));
  if (event !== undefined) await insist(deps, signal, () => deps.store(event));
}

export async function deleted(deps: MessagesDeps, data: unknown, signal: AbortSignal): Promise<void> {
  const parsed = deletionShape.safeParse(data);
  if (!parsed.success) return;
  const { id, ids, channel_id: channel } = parsed.data;
  for (const message of id === undefined ? ids : [id]) {
    const origin: Origin | undefined = deps.threads.origin(message, channel);
    if (origin === undefined) continue;
    const event = deletionOf(message, origin, deps.clock.now());
    await insist(deps, signal, () => deps.store(event));
  }
}

/** Longest wait between two tries, as the exponent of the backoff: about 8 s. */
const mostPatient = 6;

/**
 * Until it is stored: Discord tells it once. Later messages of the same channel wait behind it; should the process
 * end meanwhile, all of them are read back, because the cursor has not moved. False: aborted before.
 */
export async function insist(
  { clock, random }: Pick<MessagesDeps, 'clock' | 'random'>,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<boolean> {
  for (let failures = 1; !signal.aborted; failures += 1) {
    const [tried] = await Promise.allSettled([work()]);
    if (tried.status === 'fulfilled') return true;
    await clock.sleep(backoff(Math.min(failures, mostPatient), random()), signal);
  }
  return false;
}

/** Oldest first. */
export function inOrder(messages: readonly WireMessage[]): readonly WireMessage[] {
  return messages.toSorted((a, b) => (isLater(a.id, b.id) ? 1 : -1));
}
