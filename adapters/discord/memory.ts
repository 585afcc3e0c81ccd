import type { Documents } from '../../src/core/channel.ts';
import { createForms, type Forms } from '../../src/lib/forms.ts';
import { createNonces, type Nonces } from './nonces.ts';
import { createReplies, type Replies } from './replies.ts';
import { createReposts, type Reposts } from './reposts.ts';
import { createThreads, type Threads } from './threads.ts';

/** All that one bot remembers. Threads, forms and reposts are in its documents; nonces and replies end with the process. */
export interface Memory {
  readonly threads: Threads;
  readonly forms: Forms;
  readonly reposts: Reposts;
  readonly nonces: Nonces;
  readonly replies: Replies;
}

/** A card may be answered as long as that, milliseconds. */
const formLifeMs = 30 * 24 * 3_600_000;

export async function createMemory(documents: Documents, adapter: string, now: number): Promise<Memory> {
  const forms = createForms(documents, formLifeMs);
  const [threads, reposts] = await Promise.all([
    createThreads(documents, adapter),
    createReposts(documents, now),
    forms.prune(now),
  ]);
  return {
    threads,
    forms,
    reposts,
    nonces: createNonces(),
    replies: createReplies(),
  };
}
