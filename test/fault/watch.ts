import type { ShownMessage } from '../contract/page-client.ts';
import { eventually, screen } from '../harness.ts';
import type { Place } from './place.ts';

/** What was seen of a thread between the blow and its end. Times in milliseconds from `since`. */
export interface Watched {
  readonly messages: readonly ShownMessage[];
  /** The first time that more was shown than before the blow, or the end. */
  readonly movedMs: number;
  readonly settledMs: number;
  /** Readable characters that the thread showed less than before the blow, when it could be seen again. */
  readonly steppedBack: number;
  /** Readable characters that it lost from one look to the next, at worst, after it could be seen again. */
  readonly shrank: number;
}

/**
 * How much of the agent's words can be read: marks and blanks come and go while Markdown grows, and what moves to the
 * next message stands in both for a moment.
 */
export function amount(messages: readonly ShownMessage[]): number {
  return messages
    .filter(({ from, kind, deleted }) => from === 'agent' && kind === 'text' && deleted !== true)
    .map(({ text }) => text.replace(/[^\p{L}\p{N}]+/gu, ''))
    .reduce(joined, '').length;
}

/** Without the beginning of `next` that `text` ends with. */
function joined(text: string, next: string): string {
  let shared = Math.min(text.length, next.length);
  while (!text.endsWith(next.slice(0, shared))) shared -= 1;
  return text + next.slice(shared);
}

/** Looks until the thread rests: nothing live, and `done` says so. */
export async function watch(
  place: Place,
  thread: string,
  before: number,
  since: number,
  done: (messages: readonly ShownMessage[]) => boolean,
  moves: (messages: readonly ShownMessage[]) => boolean = (messages) => amount(messages) > before,
): Promise<Watched> {
  const seen = { moved: 0, last: -1, first: 0, shrank: 0 };
  const messages = await eventually(`the thread ${thread} rests`, async () => {
    const now = await place.messages(thread);
    const read = amount(now);
    if (seen.last < 0) seen.first = read;
    else seen.shrank = Math.max(seen.shrank, seen.last - read);
    seen.last = read;
    const rests = now.every(({ live }) => live !== true) && done(now);
    if (seen.moved === 0 && (rests || moves(now))) seen.moved = performance.now() - since;
    return rests ? now : undefined;
  }).catch(async (cause: unknown) => {
    throw new Error(`${cause}\n${screen(await place.messages(thread))}`, { cause });
  });
  return {
    messages,
    movedMs: seen.moved,
    settledMs: performance.now() - since,
    steppedBack: Math.max(0, before - seen.first),
    shrank: seen.shrank,
  };
}
