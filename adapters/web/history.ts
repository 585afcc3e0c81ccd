import type { Author, MessageEvent, MessageId, Said, ThreadAddress } from '../../src/core/channel.ts';
import type { Board } from './board.ts';
import { owner } from './inbound.ts';
import type { MessageRecord, PersonRecord } from './records.ts';

const agent: Author = { id: 'web:agent', name: 'Dragoman', bot: true };

/** What the person said in the thread before a message, oldest first, at most the newest `limit`. */
export async function history(
  board: Board,
  name: string,
  address: ThreadAddress,
  before: MessageId,
  limit: number,
): Promise<readonly Said[]> {
  const thread = await board.archive.open(address.thread);
  const all = [...(thread?.messages.values() ?? [])];
  const end = thread?.messages.get(before)?.sequence ?? 0;
  const said = all.filter(
    (message): message is PersonRecord =>
      message.from === 'person' && message.taken && !message.deleted && message.sequence < end,
  );
  const author = { id: owner, name };
  return said.slice(-limit).map(({ id, text, at }) => ({ message: id, author, text, at }));
}

/** What an answered message said, and who. */
export function quoteOf(message: MessageRecord | undefined, name: string): MessageEvent['quote'] {
  if (message === undefined) return undefined;
  const words = message.from === 'agent' ? message.content.markdown : message.text;
  const text = words === '' ? (message.files ?? []).map((file) => file.name).join(', ') : words;
  if (text === '' || (message.from === 'person' && message.deleted)) return undefined;
  return { author: message.from === 'agent' ? agent : { id: owner, name }, text };
}
