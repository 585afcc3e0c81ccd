/** What a person does with whole threads of the page: find, put away, delete; and the name that a thread bears. */
import { UserError } from '../../src/core/errors.ts';
import { MissingError } from './actions.ts';
import type { Board } from './board.ts';
import type { Files } from './files.ts';
import type { MessageRecord } from './records.ts';

export interface ThreadActions {
  /** Ids of the threads in which all these words stand, the newest activity first, at most 50. */
  find(words: string): Promise<readonly string[]>;
  archive(thread: string, archived: boolean): Promise<void>;
  /** With its messages and files, for good. Throws `UserError` where something runs in it. */
  remove(thread: string): Promise<void>;
}

const mostFound = 50;

export function createThreadActions(board: Board, files: Files): ThreadActions {
  return {
    find: (words) => find(board, words),
    archive: (id, archived) =>
      board.archive.inTurn(id, async () => {
        const { record } = await theThread(board, id);
        const changed = { ...record, archived };
        await board.archive.putThread(changed);
        board.feed.publishAll({ type: 'thread', thread: changed });
      }),
    remove: (id) =>
      board.archive.inTurn(id, async () => {
        const { record, messages } = await theThread(board, id);
        if (record.state !== 'idle')
          throw new UserError('The agent still works in this thread, or waits in it. Stop it first.');
        for (const file of [...messages.values()].flatMap((message) => message.files ?? []))
          await files.remove(file.id);
        await board.archive.removeThread(id);
        board.feed.publishAll({ type: 'thread-removed', thread: id });
      }),
  };
}

async function theThread({ archive }: Board, id: string) {
  const thread = await archive.open(id);
  if (thread === undefined) throw new MissingError('This thread is not here.');
  return thread;
}

async function find({ archive }: Board, words: string): Promise<readonly string[]> {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found: string[] = [];
  if (wanted.length === 0) return found;
  for (const { id, title } of await archive.threads()) {
    if (found.length === mostFound) break;
    const stands = (text: string) => wanted.every((word) => text.toLowerCase().includes(word));
    if (stands(title) || (await archive.messages(id)).some((message) => stands(textOf(message))))
      found.push(id);
  }
  return found;
}

function textOf(message: MessageRecord): string {
  const names = (message.files ?? []).map(({ name }) => name);
  if (message.from === 'agent') return [message.content.markdown, ...names].join(' ');
  return message.deleted || !message.taken ? '' : [message.text, ...names].join(' ');
}
