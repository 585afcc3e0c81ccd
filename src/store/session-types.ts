/** What is kept of sessions: a directory on a server, and the server's own session once it is made. */
import type { Author } from '../core/channel.ts';
import type { ServerName, ServerSessionId, SessionId } from '../core/ids.ts';
import type { Lease, SessionRow } from './rows.ts';

export interface SessionStore {
  byId(id: SessionId): Promise<SessionRow | undefined>;
  bySession(server: ServerName, session: ServerSessionId): Promise<SessionRow | undefined>;
  /** Remembers the server's session; `undefined` forgets one that is gone there. */
  setSession(lease: Lease, id: SessionId, session: ServerSessionId | undefined): Promise<void>;
  rename(lease: Lease, id: SessionId, title: string): Promise<void>;
  /** All that was answered in it until then, by the server's clock, is known here. Never goes back. */
  saw(lease: Lease, id: SessionId, at: number): Promise<void>;
  /** Sessions that a server has and a thread shows. */
  shown(server: string): Promise<readonly SessionRow[]>;
  /** The row of a session that the server has; made where there is none. */
  adopt(
    lease: Lease,
    session: Omit<SessionRow, 'id' | 'seenAt' | 'serverSession'> & {
      readonly serverSession: ServerSessionId;
    },
  ): Promise<SessionRow>;
  /** Sessions of a server that this person has prompted. */
  promptedBy(server: ServerName, person: Author['id']): Promise<readonly SessionRow[]>;
}
