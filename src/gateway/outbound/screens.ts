/** Which threads show a prompt, and which have let go of it. */
import type { ThreadId } from '../../core/ids.ts';
import { isOver } from '../../core/prompt.ts';
import type { PromptRow, ThreadRow } from '../../store/types.ts';
import type { Shard } from '../shard.ts';
import type { Screen } from './turns.ts';

/** Threads in which a prompt is to be shown, and those that are to be shown no more of it. */
export interface Audience {
  readonly shown: readonly ThreadRow[];
  readonly detached: readonly ThreadRow[];
}

/**
 * A prompt is shown in its own thread, and as soon as it runs in all that are bound to its session (`bound`).
 * `isNew`: nothing in this process knows of it yet, but a process before us may have shown it.
 */
export async function audienceOf(
  { store }: Pick<Shard, 'store'>,
  { id, thread, state, outside }: PromptRow,
  bound: readonly ThreadRow[],
  isNew: boolean,
): Promise<Audience> {
  const own = outside ? [] : await present(store, [thread], bound);
  const waits = state === 'queued' || state === 'withdrawn';
  const shown = [...own, ...(waits ? [] : bound.filter((other) => !own.some(isSame(other))))];
  const before = isNew && state !== 'queued' ? await store.ledger.threadsOf(id) : [];
  const detached = before.filter((other) => !shown.some((one) => one.id === other));
  return { shown, detached: await present(store, detached, bound) };
}

async function present(
  { threads }: Shard['store'],
  ids: readonly ThreadId[],
  known: readonly ThreadRow[],
): Promise<readonly ThreadRow[]> {
  const rows = await Promise.all(ids.map((id) => known.find((one) => one.id === id) ?? threads.byId(id)));
  return rows.filter((row) => row !== undefined);
}

function isSame({ id }: ThreadRow): (other: ThreadRow) => boolean {
  return (other) => other.id === id;
}

/** The screens of a turn for this audience. Who comes when a turn is over has missed it. Pure. */
export function screensOf(
  prompt: PromptRow,
  { shown, detached }: Audience,
  before: readonly Screen[] | undefined,
): readonly Screen[] {
  const kept = before ?? [];
  const screenOf = (thread: ThreadRow) => kept.find((screen) => screen.thread.id === thread.id);
  const late = before !== undefined && isOver(prompt);
  const now = shown.filter((thread) => !late || screenOf(thread) !== undefined);
  const gone = [...detached, ...kept.map(({ thread }) => thread)].filter(
    (thread) => !now.some(isSame(thread)),
  );
  return [
    ...now.map((thread) => ({ ...blank, ...screenOf(thread), thread, detached: false, frozen: undefined })),
    ...gone.map((thread) => ({ ...blank, ...screenOf(thread), thread, detached: true })),
  ];
}

const blank = { layout: undefined, lostTexts: [], done: false, frozen: undefined } as const;
