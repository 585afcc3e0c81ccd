import type { MessageEvent, Said } from '../../core/channel.ts';
import type { ThreadId } from '../../core/ids.ts';
import type { InboxRow } from '../../store/types.ts';
import { mostHistory, mostOverheard, threadHistory } from '../policy/words.ts';
import type { Shard } from '../shard.ts';
import { outletOf } from '../shard.ts';

/** A platform that takes longer than this to tell holds nobody's prompt up, milliseconds. */
const patienceMs = 5_000;

/**
 * What people said in the thread before it first spoke to an agent, as the agent reads it. Once: a thread that
 * begins another session has left what was before behind.
 */
export async function contextOf(
  shard: Shard,
  row: InboxRow,
  event: MessageEvent,
): Promise<string | undefined> {
  const { thread } = row;
  const adapter = outletOf(shard, thread)?.adapter;
  if (event.room === 'private') return undefined;
  if (await shard.store.prompts.hasSpoken(thread.id)) return overheardBy(shard, row);
  if (adapter?.history === undefined) return undefined;
  const end = new AbortController();
  const reading = adapter.history(thread.address, event.message, mostHistory).catch((error: unknown) => {
    shard.log.warn({ thread: thread.id, error }, 'what was said before could not be read');
    return [];
  });
  const waiting = shard.clock.sleep(patienceMs, end.signal).then(() => {
    if (!end.signal.aborted) shard.log.warn({ thread: thread.id }, 'what was said before came too late');
    return [];
  });
  const said = await Promise.race([reading, waiting]);
  end.abort();
  return threadHistory(await withoutOurs(shard, thread.id, said), shard.settings.ids.boundary(row.id));
}

/** What was said there since, and was not for the agent. */
async function overheardBy(
  { store, settings }: Shard,
  { id, thread }: InboxRow,
): Promise<string | undefined> {
  const said = await store.overheard.list(thread.id);
  return threadHistory(
    said.filter(({ inbox }) => inbox < id),
    settings.ids.boundary(id),
    mostOverheard,
  );
}

async function withoutOurs(
  { store }: Shard,
  thread: ThreadId,
  said: readonly Said[],
): Promise<readonly Said[]> {
  const ours = await Promise.all(said.map(({ message }) => store.ledger.byMessage(thread, message)));
  return said.filter((_, at) => ours[at] === undefined);
}
