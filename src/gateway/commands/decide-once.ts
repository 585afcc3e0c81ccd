import type { InboxRow } from '../../store/types.ts';
import type { Shard } from '../shard.ts';

const collection = 'intents';

/**
 * What this event wants to bring about, decided once: a step that is relative to what is there ("the last message")
 * would go one further each time it is repeated after a crash. One a thread is kept.
 */
export async function decideOnce(
  { store }: Shard,
  { id, thread }: InboxRow,
  decide: () => string,
): Promise<string> {
  const intents = store.documents('gateway');
  const known = await intents.get(collection, String(thread.id));
  if (isIntent(known) && known.inbox === id) return known.target;
  const target = decide();
  await intents.put(collection, String(thread.id), { inbox: id, target });
  return target;
}

function isIntent(value: unknown): value is { readonly inbox: number; readonly target: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'inbox' in value &&
    'target' in value &&
    typeof value.target === 'string'
  );
}
