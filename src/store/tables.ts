/** The tables as kysely knows them; the migrations make them. */
import type { ColumnType, Generated, GeneratedAlways, Kysely } from 'kysely';
import type { AgentRequest, RequestOutcome } from '../core/agent.ts';
import type { Author, InboundEvent, OutboundFile, OutboundMessage } from '../core/channel.ts';
import type {
  InboxId,
  ProjectName,
  PromptId,
  RequestId,
  ServerMessageId,
  ServerName,
  ServerSessionId,
  SessionId,
  ThreadId,
} from '../core/ids.ts';
import type { PromptState } from '../core/prompt.ts';
import type { SlotKey } from '../core/slot.ts';
import type { Listen, Notify, Piece, PromptOutcome, RequestState, Verbosity, Words } from './types.ts';

/** `timestamptz`: epoch milliseconds when read, an expression of the database's clock when written. */
type Time = number;
type Defaulted<T> = Generated<T>;

export interface LeaseTable {
  name: string;
  owner: string;
  fence: Defaulted<number>;
  until: Time;
}

export interface SessionTable {
  id: GeneratedAlways<SessionId>;
  server: ServerName;
  project: ProjectName;
  directory: string;
  title: string;
  session: ServerSessionId | null;
  seen_at: number | null;
  created_at: Defaulted<Time>;
}

export interface ThreadTable {
  id: GeneratedAlways<ThreadId>;
  platform: string;
  channel: string;
  thread: string;
  server: ServerName;
  project: ProjectName;
  session: SessionId | null;
  verbosity: Defaulted<Verbosity>;
  model: string | null;
  agent: string | null;
  notify: Defaulted<Notify>;
  listen: Defaulted<Listen>;
  muted_until: number | null;
  created_at: Defaulted<Time>;
}

export interface OverheardTable {
  inbox: InboxId;
  thread: ThreadId;
  message: string;
  author: Author;
  text: string;
  at: number;
  heard_at: Defaulted<Time>;
}

export interface InboxTable {
  id: GeneratedAlways<InboxId>;
  platform: string;
  event_id: string;
  thread: ThreadId;
  event: InboundEvent;
  attempts: Defaulted<number>;
  ready_at: Defaulted<Time>;
  reason: string | null;
  accepted_at: Defaulted<Time>;
  handled_at: Time | null;
  note: string | null;
}

export interface PromptTable {
  id: GeneratedAlways<PromptId>;
  session: SessionId;
  thread: ThreadId;
  author: Author;
  pieces: readonly Piece[];
  piece_at: Defaulted<Time>;
  state: Defaulted<PromptState>;
  message_id: ServerMessageId | null;
  attempt: Defaulted<number>;
  base_segment: Defaulted<number>;
  lost: Defaulted<readonly ServerMessageId[]>;
  joins: PromptId | null;
  outcome: Defaulted<PromptOutcome>;
  created_at: Defaulted<Time>;
  ready_at: Time;
  sent_at: Time | null;
  resumed_at: Time | null;
  settled_at: Time | null;
  delivered: Defaulted<boolean>;
  elsewhere: Defaulted<boolean>;
}

export interface FileTable {
  prompt: PromptId;
  inbox: InboxId;
  position: number;
  name: string;
  mime: string;
  bytes: Uint8Array;
}

export interface RequestTable {
  id: GeneratedAlways<RequestId>;
  session: SessionId;
  prompt: PromptId;
  request: AgentRequest;
  position: number;
  attempt: number;
  state: Defaulted<RequestState>;
  decision: RequestOutcome | null;
  decided_by: Author | null;
  decided_at: Time | null;
  words: Defaulted<Words | null>;
  decided_in: ThreadId | null;
  asked_at: Defaulted<Time>;
  expires_at: Time;
}

export interface LedgerTable {
  id: GeneratedAlways<number>;
  thread: ThreadId;
  slot: SlotKey;
  key: string;
  message: string | null;
  hash: Defaulted<string>;
  removed: Defaulted<boolean>;
  content: StoredContent | null;
}

/** JSON has no bytes: those of a file are base64. */
export type StoredContent = OutboundMessage | (Omit<OutboundFile, 'bytes'> & { readonly bytes: string });

export interface PersonTable {
  id: string;
  name: string;
  paired_at: Time | null;
  paired_by: string | null;
  thread: ThreadId | null;
  pairing: InboxId | null;
  greeted: Defaulted<boolean>;
}

export interface PairingTable {
  person: string;
  name: string;
  thread: ThreadId;
  inbox: InboxId;
  hash: string;
  tries: Defaulted<readonly string[]>;
  expires_at: Time;
  used_at: Time | null;
}

export interface OpeningTable {
  platform: string;
  channel: string;
  open: boolean;
  changed_by: string;
  inbox: InboxId;
}

export interface ReasonTable {
  id: GeneratedAlways<number>;
  inbox: InboxId;
  thread: ThreadId;
  message: string | null;
  author: string;
  reason: string;
  reference: string;
  at: Defaulted<Time>;
}

export interface DocumentTable {
  adapter: string;
  collection: string;
  key: string;
  value: ColumnType<unknown>;
}

export interface Tables {
  lease: LeaseTable;
  session: SessionTable;
  thread: ThreadTable;
  inbox: InboxTable;
  prompt: PromptTable;
  file: FileTable;
  request: RequestTable;
  ledger: LedgerTable;
  document: DocumentTable;
  person: PersonTable;
  pairing: PairingTable;
  opening: OpeningTable;
  reason: ReasonTable;
  overheard: OverheardTable;
}

export type Database = Kysely<Tables>;
