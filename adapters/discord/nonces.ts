import type { MessageId } from '../../src/core/channel.ts';
import { createRecent } from '../../src/lib/recent.ts';

/**
 * Which message a post has become, by its key: from the answer to the call, and from the gateway's echo where that
 * answer was lost. Discord tells the key of a message when it is made and never again.
 */
export interface Nonces {
  note(thread: string, key: string, message: MessageId): void;
  get(thread: string, key: string): MessageId | undefined;
}

const mostKept = 2000;

export function createNonces(): Nonces {
  const made = createRecent<string, MessageId>(mostKept);
  return {
    note(thread, key, message) {
      made.set(`${thread}/${key}`, message);
    },
    get: (thread, key) => made.get(`${thread}/${key}`),
  };
}
