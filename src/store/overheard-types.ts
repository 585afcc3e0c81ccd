import type { MessageId, Said } from '../core/channel.ts';
import type { InboxId, ThreadId } from '../core/ids.ts';
import type { Lease } from './rows.ts';

/** One message of a thread of ours that was not for the agent. */
export interface Overheard extends Said {
  readonly inbox: InboxId;
}

/** What was said in a thread of ours and was not for the agent: the newest of it, until the agent is told. */
export interface OverheardStore {
  /** Once for each inbox row; beyond `most` of a thread the oldest are forgotten, and all after 7 days. */
  keep(lease: Lease, thread: ThreadId, said: Overheard, most: number): Promise<void>;
  /** Oldest first. */
  list(thread: ThreadId): Promise<readonly Overheard[]>;
  /** Its author has changed it; undefined: taken away. */
  change(lease: Lease, thread: ThreadId, message: MessageId, text: string | undefined): Promise<void>;
  /** The agent has been told of all that came before this inbox row. */
  told(lease: Lease, thread: ThreadId, before: InboxId): Promise<void>;
}
