/**
 * Who is signed in. A browser keeps a random token in its own storage, which belongs to one origin, port included, and
 * sends it in a header that scripts of the page alone can set. There is no cookie: a cookie for 127.0.0.1 goes to
 * every port of this machine, and so to each server that the agent starts there.
 */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Documents } from '../../src/core/channel.ts';

export interface BrowserSessions {
  /** Resolves with the token, which is kept nowhere on this side. */
  begin(): Promise<string>;
  known(token: string): boolean;
  /** Signs out. One that is not known is no error. */
  end(token: string): Promise<void>;
}

interface BrowserSessionsDeps {
  readonly documents: Documents;
  /** Sessions of before another password or secret are over. */
  readonly epoch: string;
  now(): number;
}

const shape = z.object({ epoch: z.string(), at: z.number() });

const collection = 'sessions';
const dayMs = 24 * 3_600_000;
/** After so long without a visit a browser has to sign in again, milliseconds. */
const lifeMs = 90 * dayMs;
/** Browsers that are signed in at once; the one that was away longest is signed out. */
const mostKept = 50;

export async function createBrowserSessions({
  documents,
  epoch,
  now,
}: BrowserSessionsDeps): Promise<BrowserSessions> {
  /** When each was last seen, by the token's digest. */
  const seen = new Map<string, number>();
  for (const { key, value } of await documents.list(collection)) {
    const parsed = shape.safeParse(value);
    if (parsed.success && parsed.data.epoch === epoch && parsed.data.at > now() - lifeMs)
      seen.set(key, parsed.data.at);
    else await documents.remove(collection, key);
  }
  const put = async (key: string) => {
    seen.delete(key);
    seen.set(key, now());
    await documents.put(collection, key, { epoch, at: now() });
  };
  const remove = async (key: string) => {
    seen.delete(key);
    await documents.remove(collection, key);
  };
  return {
    async begin() {
      const token = randomBytes(32).toString('base64url');
      await put(digestOf(token));
      for (const key of [...seen.keys()].slice(0, Math.max(0, seen.size - mostKept))) await remove(key);
      return token;
    },
    known(token) {
      const key = digestOf(token);
      const at = seen.get(key);
      if (at === undefined || at <= now() - lifeMs) return false;
      // A visit that cannot be noted now is noted with the next one.
      if (at < now() - dayMs) put(key).catch(() => seen.set(key, at));
      return true;
    },
    end: (token) => remove(digestOf(token)),
  };
}

/** The digest is looked up, so that a comparison tells nothing of the token. */
function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
