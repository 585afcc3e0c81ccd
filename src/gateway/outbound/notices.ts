/** What is said outside any turn: to a thread once, or to one person. */
import type { Button, OutboundFile } from '../../core/channel.ts';
import { noticeOf } from '../../core/outbound.ts';
import { noticeKey } from '../../core/slot.ts';
import type { InboxRow, ThreadRow } from '../../store/types.ts';
import type { Shard } from '../shard.ts';
import { outletOf } from '../shard.ts';
import type { Delivery } from './delivery.ts';

/** Sentences outside any turn. */
export interface Notices {
  /** To the one who did something: to them alone where the platform can, else in the thread. */
  answer(row: InboxRow, sentence: string): Promise<void>;
  /**
   * To everybody in the thread, once for this event; resolves when it is stored that it is to be said. The answer
   * to a command that nobody else saw goes to the one who gave it.
   */
  say(row: InboxRow, markdown: string, buttons?: readonly Button[]): Promise<void>;
  /** As `say`, in several messages one below the other, to the same people. */
  sayPages(row: InboxRow, pages: readonly string[]): Promise<void>;
  /** A file to everybody in the thread, as `say`. */
  share(row: InboxRow, file: Omit<OutboundFile, 'silent'>): Promise<void>;
  /** To everybody in a thread of this server, once for this key, and so that it is noticed. */
  tell(thread: ThreadRow, key: string, markdown: string): Promise<void>;
  /** As `tell`, and so that nobody is disturbed. */
  mention(thread: ThreadRow, key: string, markdown: string): Promise<void>;
  /** To the one who did something and to nobody else, where the platform can. */
  whisper(row: InboxRow, markdown: string): Promise<void>;
}

export function createNotices(shard: Shard, delivery: Delivery): Notices {
  const say = ({ thread }: InboxRow, key: string, markdown: string, buttons: readonly Button[] = []) =>
    delivery.say(thread, noticeKey(key), noticeOf(markdown, { buttons }));
  const answer = async (row: InboxRow, sentence: string, key = String(row.id)) => {
    const adapter = outletOf(shard, row.thread)?.adapter;
    if (adapter?.whisper === undefined) return say(row, key, sentence);
    try {
      await adapter.whisper(row.event, sentence);
    } catch (error) {
      shard.log.warn({ inbox: row.id, error }, 'a private answer could not be shown, it goes to the thread');
      await say(row, key, sentence);
    }
  };
  return {
    answer,
    say: (row, markdown, buttons) =>
      buttons === undefined && isUnseen(row)
        ? answer(row, markdown)
        : say(row, String(row.id), markdown, buttons),
    async sayPages(row, pages) {
      for (const [at, page] of pages.entries()) {
        const key = at === 0 ? String(row.id) : `${row.id}-${at}`;
        await (isUnseen(row) ? answer(row, page, key) : say(row, key, page));
      }
    },
    share: ({ id, thread }, file) => delivery.say(thread, noticeKey(String(id)), { ...file, silent: true }),
    tell: (thread, key, markdown) =>
      delivery.say(thread, noticeKey(key), noticeOf(markdown, { silent: false })),
    mention: (thread, key, markdown) => delivery.say(thread, noticeKey(key), noticeOf(markdown)),
    async whisper(row, markdown) {
      const adapter = outletOf(shard, row.thread)?.adapter;
      await adapter?.whisper?.(row.event, markdown).catch((error: unknown) => {
        shard.log.warn({ inbox: row.id, error }, 'a private answer could not be shown');
      });
    },
  };
}

/** A command that nobody else saw, among many conversations: its answer would stand there without a cause. */
function isUnseen({ event }: InboxRow): boolean {
  return event.type === 'command' && event.room === 'channel' && event.message === undefined;
}
