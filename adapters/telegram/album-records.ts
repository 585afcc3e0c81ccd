/** Albums as they are kept: pieces that wait for the others, and those that were told, for what comes late. */
import { z } from 'zod';
import type { Documents, MessageEvent } from '../../src/core/channel.ts';

const collection = 'albums';
/** Telegram brings nothing that is older than a day, milliseconds. */
const lifeMs = 2 * 24 * 3_600_000;

const author = z.object({
  id: z.string(),
  name: z.string(),
  guest: z.boolean().exactOptional(),
  bot: z.boolean().exactOptional(),
  outside: z.boolean().exactOptional(),
  anonymous: z.boolean().exactOptional(),
});

/** A message event. */
const piece = z.object({
  type: z.literal('message'),
  id: z.string(),
  address: z.object({ platform: z.string(), channel: z.string(), thread: z.string() }),
  author,
  room: z.enum(['private', 'thread', 'channel']),
  at: z.number(),
  message: z.string(),
  text: z.string(),
  addressed: z.boolean(),
  replyTo: z.string().exactOptional(),
  unread: z.string().exactOptional(),
  quote: z.object({ author, text: z.string() }).exactOptional(),
  attachments: z
    .array(z.object({ id: z.string(), name: z.string(), mime: z.string(), size: z.number() }))
    .exactOptional(),
}) satisfies z.ZodType<MessageEvent>;

const shape = z.object({
  /** When the newest piece came, epoch milliseconds. */
  at: z.number(),
  /** The event of all pieces is stored: what comes now is late. */
  told: z.boolean(),
  pieces: z.array(piece),
});

export interface Album {
  readonly at: number;
  readonly told: boolean;
  readonly pieces: readonly MessageEvent[];
}

export interface KeptAlbum {
  readonly key: string;
  readonly album: Album;
}

export interface AlbumRecords {
  get(key: string): Promise<Album | undefined>;
  put(key: string, album: Album): Promise<void>;
  /** Those that were not told; what is old is forgotten. */
  waiting(now: number): Promise<readonly KeptAlbum[]>;
}

export function createAlbumRecords(documents: Documents): AlbumRecords {
  return {
    async get(key) {
      const kept = shape.safeParse(await documents.get(collection, key));
      return kept.success ? kept.data : undefined;
    },
    put: (key, album) => documents.put(collection, key, album),
    async waiting(now) {
      const open: KeptAlbum[] = [];
      for (const { key, value } of await documents.list(collection)) {
        const kept = shape.safeParse(value);
        if (kept.success && !kept.data.told) open.push({ key, album: kept.data });
        else if (!kept.success || now - kept.data.at > lifeMs) await documents.remove(collection, key);
      }
      return open;
    },
  };
}
