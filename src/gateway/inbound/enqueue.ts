/** Puts what a person said into the queue of the thread's session, or to a prompt that waits for more of it. */
import type { Author } from '../../core/channel.ts';
import { clip } from '../../core/clip.ts';
import type { SessionId } from '../../core/ids.ts';
import { priority } from '../../render/plan.ts';
import type { InboxRow, NewFile, Piece, PromptRow } from '../../store/types.ts';
import type { Delivery } from '../outbound/delivery.ts';
import { pieceWords, speakerName } from '../policy/words.ts';
import type { Sessions } from '../runs/session-loops.ts';
import { outletOf, projectOf, type Shard } from '../shard.ts';

interface Deps {
  readonly shard: Shard;
  readonly sessions: Sessions;
  readonly delivery: Delivery;
}

/** What is put into the queue. */
export interface Saying extends Pick<Piece, 'text' | 'runs' | 'quote' | 'context' | 'speaker'> {
  readonly files?: readonly NewFile[];
  /** The words of the event's author, not of a button or a template: where several people speak, under their name. */
  readonly own?: boolean;
}

/** Longest title given to a session, characters. */
const titleLength = 60;

/** Puts it into the queue of the thread's session, which is made where there is none. */
export async function enqueue(
  { shard, sessions, delivery }: Deps,
  row: InboxRow,
  saying: Saying,
): Promise<undefined> {
  const { store, lease, settings } = shard;
  const { thread, event } = row;
  const { author } = event;
  const { directory } = projectOf(shard.settings, thread.project);
  // Nothing waits for it: a platform may take as long as it likes over a sign.
  void heard(shard, row);
  const { files = [], own = false, ...said } = saying;
  const named = files.map(({ name, mime, bytes }) => ({ name, mime, size: bytes.length }));
  const withFiles = named.length === 0 ? said : { ...said, files: named };
  const session = await store.threads.bind(lease, thread.id, directory, titleOf(pieceWords(withFiles)));
  const speaker = said.speaker ?? (own ? await speakerOf(shard, session.id, author) : undefined);
  const message = 'message' in event ? (event.message ?? '') : '';
  const piece: Piece = {
    inbox: row.id,
    message,
    at: event.at,
    ...withFiles,
    ...(speaker === undefined ? {} : { speaker }),
  };
  await store.prompts.enqueue(
    lease,
    { session: session.id, thread: thread.id, author, piece, files },
    settings.pieceWindowMs,
  );
  sessions.wake(session.id);
  delivery.touch(thread, priority.first);
}

/** Shows that it was heard, where the platform can. */
async function heard(shard: Shard, { thread, event }: InboxRow): Promise<void> {
  const adapter = outletOf(shard, thread)?.adapter;
  const message = 'message' in event && event.message !== '' ? event.message : undefined;
  await adapter?.showTyping?.(thread.address, message).catch((error: unknown) => {
    shard.log.debug({ thread: thread.id, error }, 'sign of hearing could not be shown');
  });
}

/** The name, as soon as somebody else has spoken in the session. */
async function speakerOf({ store }: Shard, session: SessionId, author: Author): Promise<string | undefined> {
  const authors = await store.prompts.authors(session);
  return authors.some(({ id }) => id !== author.id) ? speakerName(author) : undefined;
}

/** All that a prompt was besides its text, for one that says the same again. Files are kept for a day. */
export async function likeBefore({ store }: Shard, prompt: PromptRow): Promise<Partial<Saying>> {
  const files = await store.files.ofPrompt(prompt.id);
  const [first] = prompt.pieces;
  const quote = prompt.pieces.find((piece) => piece.quote !== undefined)?.quote;
  return {
    ...(files.length === 0 ? {} : { files }),
    ...(quote === undefined ? {} : { quote }),
    ...(first?.context === undefined ? {} : { context: first.context }),
    ...(first?.speaker === undefined ? {} : { speaker: first.speaker }),
  };
}

function titleOf(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return clip(line, titleLength);
}
