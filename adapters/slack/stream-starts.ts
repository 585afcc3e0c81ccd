/**
 * Streams that were begun, by the key of their post. A stream begins without metadata, so that one whose start is in
 * doubt can be told by what it is: a message of ours in that thread that is no other post, file or stream.
 */
import { z } from 'zod';
import type { Documents, MessageId, ThreadAddress } from '../../src/core/channel.ts';
import type { Client } from './client.ts';
import type { Identity } from './identity.ts';
import { main } from './inbound.ts';
import { keyIn } from './metadata.ts';
import { read, said } from './wire.ts';

export interface StreamStarts {
  /** To be called before the start. */
  intend(key: string, address: ThreadAddress): Promise<void>;
  /** `undefined`: there is none. */
  settle(key: string, id: MessageId | undefined): Promise<void>;
  /** The message of the stream with this key, as far as one was begun. */
  find(address: ThreadAddress, key: string): Promise<MessageId | undefined>;
  /** Forgets those that nobody looks for any more. */
  prune(): Promise<void>;
}

export interface StreamStartsDeps {
  readonly client: Client;
  readonly identity: Identity;
  readonly documents: Documents;
  now(): number;
}

const collection = 'streams';
const recordShape = z.object({
  channel: z.string(),
  thread: z.string(),
  at: z.number(),
  message: z.string().optional(),
});
type Record = z.infer<typeof recordShape>;

const keptMs = 24 * 3_600_000;
/** Slack's clock and ours may differ by this much, milliseconds. */
const skewMs = 120_000;
const pageSize = 200;

export function createStreamStarts(deps: StreamStartsDeps): StreamStarts {
  const { documents, now } = deps;
  const put = (key: string, record: Record) => documents.put(collection, key, record);
  return {
    intend: (key, { channel, thread }) => put(key, { channel, thread, at: now() }),
    async settle(key, message) {
      const record = await recorded(documents, key);
      if (message === undefined) await documents.remove(collection, key);
      else if (record !== undefined) await put(key, { ...record, message });
    },
    async find({ channel, thread }, key) {
      const record = await recorded(documents, key);
      if (record?.channel !== channel || record.thread !== thread || thread === main) return undefined;
      if (record.message !== undefined) return record.message;
      const message = await orphan(deps, record);
      if (message !== undefined) await put(key, { ...record, message });
      return message;
    },
    async prune() {
      for (const { key, value } of await documents.list(collection)) {
        const record = recordShape.safeParse(value);
        if (!record.success || now() - record.data.at > keptMs) await documents.remove(collection, key);
      }
    },
  };
}

async function recorded(documents: Documents, key: string): Promise<Record | undefined> {
  const record = recordShape.safeParse(await documents.get(collection, key));
  return record.success ? record.data : undefined;
}

const pageShape = z.object({
  messages: z.array(said.extend({ metadata: z.unknown().optional() })).default([]),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

/** The newest message of ours that came into the thread since then and that nothing else accounts for. */
async function orphan(
  { client, identity, documents }: StreamStartsDeps,
  { channel, thread, at }: Record,
): Promise<MessageId | undefined> {
  const self = await identity();
  const others = await documents.list(collection);
  const known = new Set(
    others.map(({ value }) => recordShape.safeParse(value)).flatMap(({ data }) => data?.message ?? []),
  );
  const oldest = String((at - skewMs) / 1000);
  let found: MessageId | undefined;
  let cursor = '';
  do {
    const page = read(
      pageShape,
      await client.conversations.replies({
        channel,
        ts: thread,
        oldest,
        limit: pageSize,
        include_all_metadata: true,
        ...(cursor === '' ? {} : { cursor }),
      }),
    );
    const ours = page.messages.filter(
      ({ ts, bot_id: bot, user, metadata, files }) =>
        (bot === self.bot || user === self.user) &&
        keyIn(metadata) === undefined &&
        (files ?? []).length === 0 &&
        ts > oldest &&
        !known.has(ts),
    );
    found = ours.at(-1)?.ts ?? found;
    cursor = page.response_metadata?.next_cursor ?? '';
  } while (cursor !== '');
  return found;
}
