import type { MessageId } from '../../src/core/channel.ts';

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
  const made = new Map<string, MessageId>();
  return {
    note(thread, key, message) {
      made.set(`${thread}/${key}`, message);
      const [oldest] = made.keys();
      if (made.size > mostKept && oldest !== undefined) made.delete(oldest);
    },
    get: (thread, key) => made.get(`${thread}/${key}`),
  };
}
