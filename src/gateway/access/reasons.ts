import { createReference } from '../../lib/reference.ts';
import type { InboxRow } from '../../store/types.ts';
import type { Shard } from '../shard.ts';

/** Remembers, for `why` and for the log, that nothing was done about an event; `reason` holds no text of anybody. */
export async function recordReason(
  { store, lease, log }: Shard,
  { id, thread, event }: InboxRow,
  reason: string,
  reference = createReference(),
): Promise<void> {
  // A change of a message that was not for us is nothing that somebody waits for.
  if (event.type === 'message-edited' || event.type === 'message-deleted') return;
  const author = event.author.id;
  const stored = await store.reasons.record(lease, {
    inbox: id,
    thread: thread.id,
    message: event.message,
    author,
    reason,
    reference,
  });
  log.info(
    { inbox: id, thread: thread.id, author, reason: stored.reason, reference: stored.reference },
    'event was not acted on',
  );
}
