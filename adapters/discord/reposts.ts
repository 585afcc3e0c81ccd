import { z } from 'zod';
import type { Documents, MessageId } from '../../src/core/channel.ts';

const record = z.object({ current: z.string(), at: z.number() });

/**
 * Messages that Discord would no longer change (over an hour old, and changed too often since) and that stand further
 * down under another id. The gateway knows each by its first id for ever.
 */
export interface Reposts {
  /** The id that a message has now. */
  current(first: MessageId): MessageId;
  /** The id that the gateway knows it by. */
  first(current: MessageId): MessageId;
  reposted(first: MessageId, current: MessageId, at: number): Promise<void>;
}

const collection = 'renewed';
const lifeMs = 30 * 24 * 3_600_000;

export async function createReposts(documents: Documents, now: number): Promise<Reposts> {
  const forward = new Map<MessageId, MessageId>();
  const backward = new Map<MessageId, MessageId>();
  const learn = (first: MessageId, current: MessageId) => {
    forward.set(first, current);
    backward.set(current, first);
  };
  for (const { key, value } of await documents.list(collection)) {
    const parsed = record.safeParse(value);
    if (parsed.success && parsed.data.at > now - lifeMs) learn(key, parsed.data.current);
    else await documents.remove(collection, key);
  }
  return {
    current: (first) => forward.get(first) ?? first,
    first: (current) => backward.get(current) ?? current,
    async reposted(first, current, at) {
      await documents.put(collection, first, { current, at });
      learn(first, current);
    },
  };
}
