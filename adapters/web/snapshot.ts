import type { CommandDescription } from '../../src/core/channel.ts';
import type { Board } from './board.ts';
import type { SuggestedText } from './config.ts';
import type { FeedEvent } from './feed.ts';
import type { fileLimits } from './files.ts';
import type { MessageRecord } from './records.ts';
import type { WireMessage } from './wire.ts';

/** Messages that a page gets at once; older ones are asked for. */
const pageLength = 100;

/** What the page knows from the start. */
export interface PageFacts {
  readonly name: string;
  readonly suggestions: readonly SuggestedText[];
  readonly commands: readonly CommandDescription[];
  /** What goes with one message. */
  readonly fileLimits: typeof fileLimits;
}

export interface MessagePage {
  readonly messages: readonly WireMessage[];
  /** There are older ones. */
  readonly more: boolean;
}

/** All that a page which has just connected needs to know; it replaces what it knew. */
export async function stateEvent(
  board: Board,
  facts: PageFacts,
  thread: string | undefined,
): Promise<FeedEvent> {
  const page = thread === undefined ? undefined : await olderMessages(board, thread, undefined);
  const threads = (await board.archive.threads()).filter(({ title }) => title !== '');
  const shown = page === undefined ? null : { id: thread, ...page };
  return { type: 'state', state: { ...facts, threads, thread: shown } };
}

/** The newest messages, or those before a sequence. Undefined: there is no such thread. */
export async function olderMessages(
  board: Board,
  thread: string,
  before: number | undefined,
): Promise<MessagePage | undefined> {
  const open = await board.archive.open(thread);
  if (open === undefined) return undefined;
  const all = [...open.messages.values()].filter((message) => isShown(message, before));
  return { messages: all.slice(-pageLength).map(board.show), more: all.length > pageLength };
}

function isShown(message: MessageRecord, before: number | undefined): boolean {
  if (message.from === 'person' && !message.taken) return false;
  return before === undefined || message.sequence < before;
}
