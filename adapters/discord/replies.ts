/** Interactions that can still be answered in Discord's own way, for as long as Discord lets us. */
import type { InboundEvent } from '../../src/core/channel.ts';
import { createRecent } from '../../src/lib/recent.ts';

/** How an interaction can still be answered. */
export interface Reply {
  readonly application: string;
  readonly token: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** A line "is thinking" that only its person sees waits to be filled in or taken away. */
  readonly thinking: boolean;
  readonly thread: string;
  /** Discord takes nothing more before it has the first answer. */
  readonly acknowledged: Promise<void>;
}

/** Interactions of the last fifteen minutes, by event id. Lost with the process: then the answer is a message. */
export interface Replies {
  add(interaction: string, reply: Reply): void;
  /** Takes it out where it can be answered no more, or once only. */
  take(event: InboundEvent, now: number): Reply | undefined;
  /** Commands that still wait, by thread or by their own id; they are then no longer waited for. */
  endThinking(where: { readonly thread: string } | { readonly interaction: string }): readonly Reply[];
}

/** A little less than Discord's 15 minutes. */
const lifeMs = 14 * 60_000;
const mostKept = 500;

export function createReplies(): Replies {
  const open = createRecent<string, Reply>(mostKept);
  return {
    add: (id, reply) => open.set(id, reply),
    take({ id }, now) {
      const reply = open.get(id);
      if (reply === undefined) return undefined;
      // Later answers to the same event are messages beside the first.
      open.set(id, { ...reply, thinking: false });
      return now - reply.at < lifeMs ? reply : undefined;
    },
    endThinking(where) {
      const found = [...open].filter(
        ([id, reply]) =>
          reply.thinking && ('thread' in where ? reply.thread === where.thread : id === where.interaction),
      );
      for (const [id, reply] of found) open.set(id, { ...reply, thinking: false });
      return found.map(([, reply]) => reply);
    },
  };
}
