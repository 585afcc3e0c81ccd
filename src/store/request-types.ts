/** What the gateway may know of the store: the calls on requests of agents. */
import type { RequestOutcome } from '../core/agent.ts';
import type { Author } from '../core/channel.ts';
import type { PromptId, RequestId, ServerName, ThreadId } from '../core/ids.ts';
import type { Decision, Lease, RequestRow, RequestState, Words } from './rows.ts';

export interface RequestStore {
  byId(id: RequestId): Promise<RequestRow | undefined>;
  /**
   * Stores a request before its card is posted. The same request again returns the row that is there; one that did
   * not tell what would be done, and waits, takes what is told now.
   */
  open(
    lease: Lease,
    request: Pick<RequestRow, 'session' | 'prompt' | 'request' | 'position' | 'attempt'>,
    ttlMs: number,
  ): Promise<RequestRow>;
  /** open → settling, exactly once: undefined where it was no longer open. `thread`: where somebody decided. */
  decide(
    lease: Lease,
    id: RequestId,
    decision: Decision,
    by: Author,
    thread?: ThreadId,
  ): Promise<RequestRow | undefined>;
  /** Keeps what somebody answered in words. False: it was no longer open. */
  hear(lease: Lease, id: RequestId, words: Words): Promise<boolean>;
  /**
   * open | settling → a final state; false where it was final already. `outcome`: what somebody else decided, in
   * place of what was decided here.
   */
  close(
    lease: Lease,
    id: RequestId,
    state: Exclude<RequestState, 'open' | 'settling'>,
    outcome?: RequestOutcome,
  ): Promise<boolean>;
  forPrompt(prompt: PromptId): Promise<readonly RequestRow[]>;
  /** open and settling ones on a server. */
  unsettled(server: ServerName): Promise<readonly RequestRow[]>;
  /** Open ones on a server whose time is over. */
  overdue(server: ServerName): Promise<readonly RequestRow[]>;
}
