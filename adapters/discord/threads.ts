/**
 * The conversations that we take part in, and how far each is read; also the channels where we were mentioned.
 * In memory, because every message is looked up here, and in the documents for good.
 */
import { z } from 'zod';
import type { Author, Documents, MessageEvent, MessageId, ThreadAddress } from '../../src/core/channel.ts';
import { headOf } from '../../src/core/clip.ts';
import { isLater, timeOf } from './address.ts';
import type { Origin } from './inbound.ts';

const author = z.object({
  id: z.string(),
  name: z.string(),
  bot: z.boolean().exactOptional(),
});

const record = z.object({
  /** The channel that it is in, or itself. */
  channel: z.string(),
  room: z.enum(['private', 'thread', 'channel']),
  /** Its name, where we open it. */
  title: z.string(),
  /** A mention that is no thread yet: it is opened with the first answer. */
  unopened: z.boolean(),
  /** The last message of it that is stored: what came after it is read after a gap. */
  last: z.string(),
  /** Whose the newest messages are: Discord does not tell it when one is deleted. */
  recent: z.array(z.object({ message: z.string(), author })),
});

export type KnownThread = z.infer<typeof record>;

export interface Threads {
  get(thread: string): KnownThread | undefined;
  all(): Iterable<readonly [string, KnownThread]>;
  /** The event is stored: it need not be read again. */
  heard(event: MessageEvent): Promise<void>;
  /** A channel where we were mentioned goes on without us; written now and then. */
  passed(channel: string, message: MessageId): Promise<void>;
  /** We wrote there, so what is said there may be for us. */
  joined(address: ThreadAddress, message: MessageId): Promise<void>;
  opened(thread: string): Promise<void>;
  forget(thread: string): Promise<void>;
  /** Where a message stands that was heard lately. */
  origin(message: string, channel: string): Origin | undefined;
}

const collection = 'threads';
/** Authors kept of each thread. */
const mostRecent = 30;
const longestTitle = 100;
/** How much of a channel is read twice at most after a restart, milliseconds. */
const passedMs = 10 * 60_000;

export async function createThreads(documents: Documents, adapter: string): Promise<Threads> {
  const known = new Map<string, KnownThread>();
  for (const { key, value } of await documents.list(collection)) {
    const parsed = record.safeParse(value);
    if (parsed.success) known.set(key, parsed.data);
  }
  const put = async (thread: string, next: KnownThread) => {
    known.set(thread, next);
    await documents.put(collection, thread, next);
  };
  return {
    get: (thread) => known.get(thread),
    all: () => known.entries(),
    async heard(event) {
      const { platform, channel, thread } = event.address;
      await put(thread, withMessage(known.get(thread) ?? fresh(event.address, event), event));
      if (thread === channel || event.room !== 'channel') return;
      // The channel of the mention: later mentions there are looked for behind this one.
      const above = { platform, channel, thread: channel };
      const before = known.get(channel) ?? fresh(above, { room: 'channel', text: '' });
      await put(channel, { ...before, last: later(before.last, event.message) });
    },
    async passed(channel, message) {
      const before = known.get(channel);
      if (before === undefined || !isLater(message, before.last)) return;
      if (timeOf(message) - timeOf(before.last) >= passedMs) await put(channel, { ...before, last: message });
    },
    async joined(address, message) {
      if (known.has(address.thread) || address.channel === address.thread) return;
      await put(address.thread, { ...fresh(address, { room: 'thread', text: '' }), last: message });
    },
    async opened(thread) {
      const before = known.get(thread);
      if (before?.unopened === true) await put(thread, { ...before, unopened: false });
    },
    async forget(thread) {
      known.delete(thread);
      await documents.remove(collection, thread);
    },
    origin: (message, channel) => originOf(known, adapter, message, channel),
  };
}

function fresh(
  { channel, thread }: ThreadAddress,
  { room, text }: Pick<MessageEvent, 'room' | 'text'>,
): KnownThread {
  const [line = ''] = text.split('\n', 1);
  const title = headOf(line.replace(/[`*_~|<>@]/g, '').trim(), longestTitle);
  return {
    channel,
    room,
    title: title || 'Agent',
    unopened: room === 'channel' && channel !== thread,
    last: '0',
    recent: [],
  };
}

function withMessage(before: KnownThread, { message, author: who }: MessageEvent): KnownThread {
  const kept: Author = { id: who.id, name: who.name, ...(who.bot === true ? { bot: true } : {}) };
  return {
    ...before,
    last: later(before.last, message),
    recent: [...before.recent.filter((one) => one.message !== message), { message, author: kept }].slice(
      -mostRecent,
    ),
  };
}

function later(a: string, b: string): string {
  return isLater(a, b) ? a : b;
}

/** In its thread, or as the mention that began one. */
function originOf(
  known: ReadonlyMap<string, KnownThread>,
  adapter: string,
  message: string,
  channel: string,
): Origin | undefined {
  for (const thread of [channel, message]) {
    const found = known.get(thread);
    const one = found?.recent.find((recent) => recent.message === message);
    if (found === undefined || one === undefined) continue;
    const address = { platform: adapter, channel: found.channel, thread };
    return { address, room: found.room, author: one.author };
  }
  return undefined;
}
