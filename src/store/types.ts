/** What the gateway may know of the store: the calls on its rows. One interface for each table. */
import type { Author, Documents, InboundEvent, MessageId, Outbound, ThreadAddress } from '../core/channel.ts';
import type { InboxId, PromptId, ServerMessageId, ServerName, SessionId, ThreadId } from '../core/ids.ts';
import type { EndState } from '../core/prompt.ts';
import type { SlotKey } from '../core/slot.ts';
import type { OverheardStore } from './overheard-types.ts';
import type { OpeningStore, PairingStore, PeopleStore, ReasonStore } from './people-types.ts';
import type { RequestStore } from './request-types.ts';
import type {
  FileRow,
  InboxRow,
  Lease,
  LeaseRow,
  LedgerRow,
  NewFile,
  Piece,
  Placement,
  PromptOutcome,
  PromptRow,
  SessionRow,
  StoreCounts,
  ThreadRow,
  ThreadSettings,
  UnsaidRow,
} from './rows.ts';
import type { SessionStore } from './session-types.ts';

export type * from './overheard-types.ts';
export type * from './people-types.ts';
export type * from './request-types.ts';
export type * from './rows.ts';
export type * from './session-types.ts';

/** Leases by name, judged by the database's clock. */
export interface LeaseStore {
  /** The lease, if it is free, has run out, or is ours already (the fence grows each time). */
  acquire(name: string, owner: string, ttlMs: number): Promise<Lease | undefined>;
  /** False: it is no longer ours. */
  renew(lease: Lease, ttlMs: number): Promise<boolean>;
  release(lease: Lease): Promise<void>;
  list(): Promise<readonly LeaseRow[]>;
}

export interface InboxStore {
  /** Stores the event; makes the thread's row with this server and project where it has none. False: seen before. */
  accept(event: InboundEvent, place: Placement): Promise<boolean>;
  /**
   * Unhandled events of the server's threads in order of acceptance, but for those of `busy` threads and what waits
   * behind a delayed event of its thread.
   */
  pending(server: ServerName, limit: number, busy?: readonly ThreadId[]): Promise<readonly InboxRow[]>;
  /** Handled, and its text forgotten; `note` says why nothing was done, where nothing was. */
  finish(lease: Lease, id: InboxId, note?: string): Promise<void>;
  /** To be handled again, not before `delayMs` from now; later events of the thread wait behind it. */
  postpone(lease: Lease, id: InboxId, delayMs: number, reason: string): Promise<void>;
  /**
   * Forgets events that were handled more than 7 days ago, and files that nobody will send again; returns how many
   * events. Call it about once an hour.
   */
  prune(): Promise<number>;
}

export interface ThreadStore {
  byId(id: ThreadId): Promise<ThreadRow | undefined>;
  byAddress(address: ThreadAddress): Promise<ThreadRow | undefined>;
  /** Threads bound to a session. */
  bySession(session: SessionId): Promise<readonly ThreadRow[]>;
  /** A channel has another id from now on: its threads move there, but for those that are there already. */
  moveChannel(platform: string, from: string, to: string): Promise<void>;
  /**
   * Binds the thread to a new session row where it has none; returns the bound session. One that was begun without
   * a title gets this one.
   */
  bind(lease: Lease, thread: ThreadId, directory: string, title: string): Promise<SessionRow>;
  /** Binds the thread to a fresh session row, which the server is told of with the next prompt. */
  begin(lease: Lease, thread: ThreadId, directory: string): Promise<SessionRow>;
  /** Binds the thread to this session. The thread that is bound to it already, where there is one, is returned. */
  attach(lease: Lease, thread: ThreadId, session: SessionId): Promise<ThreadRow | undefined>;
  /** Binds the thread to this session, whichever others are. */
  watch(lease: Lease, thread: ThreadId, session: SessionId): Promise<void>;
  detach(lease: Lease, thread: ThreadId): Promise<void>;
  /** Changes what is given; what is given as undefined goes back to the project's. */
  configure(lease: Lease, thread: ThreadId, settings: Partial<ThreadSettings>): Promise<void>;
}

/** What answers took, as the agent server tells it. */
export interface Used {
  /** How many answers. */
  readonly prompts: number;
  /** US dollars. */
  readonly cost: number;
  readonly tokens: number;
}

export interface Costs {
  readonly thread: Used;
  readonly person: Used;
  readonly day: Used;
}

export interface CostStore {
  /** Of a thread, of a person in all threads, and of all prompts that ended since then, epoch milliseconds. */
  of(question: {
    readonly thread: ThreadId;
    readonly person: Author['id'];
    readonly since: number;
  }): Promise<Costs>;
}

export interface PromptStore {
  byId(id: PromptId): Promise<PromptRow | undefined>;
  byMessageId(messageId: ServerMessageId): Promise<PromptRow | undefined>;
  /** The prompt that this inbox row became a piece of. */
  byPiece(thread: ThreadId, inbox: InboxId): Promise<PromptRow | undefined>;
  /** People whose prompts the session has got or will get, each once, with the name of their last prompt. */
  authors(session: SessionId): Promise<readonly Author[]>;
  /** Has the thread said anything to an agent, in whichever session. */
  hasSpoken(thread: ThreadId): Promise<boolean>;
  /**
   * Puts a piece at the end of the session's queue: appended to the last prompt where that is queued, by the same
   * author in the same thread, and its newest piece came less than `windowMs` ago; else a new prompt. A piece
   * that is there already (same inbox row) changes nothing.
   */
  enqueue(
    lease: Lease,
    prompt: {
      readonly session: SessionId;
      readonly thread: ThreadId;
      readonly author: Author;
      readonly piece: Piece;
      /** The files that the piece names, in its order. */
      readonly files?: readonly NewFile[];
    },
    windowMs: number,
  ): Promise<PromptRow>;
  /**
   * A prompt that somebody wrote at the agent server itself, `accepted` from the beginning. One whose message is
   * known already changes nothing.
   */
  adopt(
    lease: Lease,
    prompt: {
      readonly session: SessionId;
      readonly thread: ThreadId;
      readonly author: Author;
      readonly messageId: ServerMessageId;
      readonly text: string;
      /** The prompt in whose run it was written. */
      readonly joins: PromptId | undefined;
    },
  ): Promise<PromptRow>;
  /** The run that it joined did not cover it: it has one of its own, which all others join that were left too. */
  leaveRun(lease: Lease, id: PromptId): Promise<void>;
  /** Changes a piece of a queued prompt. `late`: its prompt is no longer queued; `same`: that is its text already. */
  editPiece(
    lease: Lease,
    thread: ThreadId,
    message: MessageId,
    text: string,
  ): Promise<'changed' | 'late' | 'absent' | 'same'>;
  /** Takes a piece out of a queued prompt; a prompt without pieces is withdrawn. */
  withdrawPiece(lease: Lease, thread: ThreadId, message: MessageId): Promise<'changed' | 'late' | 'absent'>;
  /** Prompts of a session that are not over, oldest first. */
  open(session: SessionId): Promise<readonly PromptRow[]>;
  /** Withdrawn prompts of a session whose notices may still stand, oldest first. */
  withdrawn(session: SessionId): Promise<readonly PromptRow[]>;
  /** Prompts on a server that are not over or not delivered, oldest first. */
  unfinished(server: ServerName): Promise<readonly PromptRow[]>;
  /** queued → sent; its pieces are fixed from then on, so read them afterwards. False: it was no longer queued. */
  markSent(lease: Lease, id: PromptId, messageId: ServerMessageId, joins?: PromptId): Promise<boolean>;
  /** sent → accepted; anything else stays. */
  markAccepted(lease: Lease, id: PromptId): Promise<void>;
  /** Sent to another session: it has another id there, and what was said before as context. */
  move(lease: Lease, id: PromptId, messageId: ServerMessageId, context: string | undefined): Promise<void>;
  /** The newest prompts of a session before this one that the agent was given, oldest first. */
  latest(session: SessionId, before: PromptId, most: number): Promise<readonly PromptRow[]>;
  /**
   * A further attempt of the same ids begins now. `owed`: what those before are to leave behind. `lost`: the agent's
   * messages in them.
   */
  markResumed(
    lease: Lease,
    id: PromptId,
    again: Pick<PromptRow, 'baseSegment' | 'lost'> & { readonly owed: readonly Owed[] },
  ): Promise<void>;
  /** queued | sent | accepted → stopping. False: it was over. `thread`: where somebody said so. */
  markStopping(lease: Lease, id: PromptId, by: string, thread?: ThreadId): Promise<boolean>;
  /** Ends it, once: false where it was over already. `joined`: what becomes of those that joined its run. */
  settle(
    lease: Lease,
    id: PromptId,
    state: EndState,
    outcome: PromptOutcome,
    joined?: Joined,
  ): Promise<boolean>;
  markDelivered(lease: Lease, id: PromptId): Promise<void>;
  /** queued → withdrawn; anything else stays. False: it was no longer queued. */
  withdraw(lease: Lease, id: PromptId): Promise<boolean>;
}

export interface FileStore {
  /** Files of a prompt in order; none once it is answered or withdrawn, or has been over for a day. */
  ofPrompt(prompt: PromptId): Promise<readonly FileRow[]>;
}

/** What becomes of the prompts that joined a run when it ends. */
export interface Joined {
  /** Those that end with it. */
  readonly ended: readonly {
    readonly id: PromptId;
    readonly state: EndState;
    readonly outcome: PromptOutcome;
  }[];
  /** The one that leaves it with all that did not end; unset: there is none. */
  readonly next: PromptId | undefined;
}

/** What a slot that is there already is still to show, whoever comes to it. */
export interface Owed {
  readonly thread: ThreadId;
  readonly slot: SlotKey;
  readonly content: Outbound;
  readonly hash: string;
}

export interface LedgerStore {
  /** All slots of a prompt in a thread, in order of posting. */
  forPrompt(thread: ThreadId, prompt: PromptId): Promise<readonly LedgerRow[]>;
  /** Not what was left. */
  byMessage(thread: ThreadId, message: MessageId): Promise<LedgerRow | undefined>;
  /** Threads that show slots of a prompt and did not leave it. */
  threadsOf(prompt: PromptId): Promise<readonly ThreadId[]>;
  /** What the thread shows of the prompt stays as it is, until it is shown again. */
  leave(lease: Lease, thread: ThreadId, prompt: PromptId): Promise<void>;
  /** Before the call: a post of this slot is begun. Again for the same slot: the row that is there. */
  begin(lease: Lease, thread: ThreadId, slot: SlotKey, key: string): Promise<LedgerRow>;
  /** A message outside any turn is to be said, once. False: that was stored before. */
  say(lease: Lease, thread: ThreadId, slot: SlotKey, key: string, content: Outbound): Promise<boolean>;
  /** What is to be said or is owed in threads of a server, oldest first. */
  unsaid(server: ServerName): Promise<readonly UnsaidRow[]>;
  /** After the call: this message shows the slot; with an empty hash only a placeholder. */
  posted(lease: Lease, thread: ThreadId, slot: SlotKey, message: MessageId, hash: string): Promise<void>;
  /** A final content is shown; streaming edits are not written. */
  shown(lease: Lease, thread: ThreadId, slot: SlotKey, hash: string): Promise<void>;
  /** The platform will not take a content: what stands there stays. */
  refused(lease: Lease, thread: ThreadId, slot: SlotKey, hash: string): Promise<void>;
  removed(lease: Lease, thread: ThreadId, slot: SlotKey): Promise<void>;
}

export interface Store {
  readonly leases: LeaseStore;
  readonly inbox: InboxStore;
  readonly threads: ThreadStore;
  readonly sessions: SessionStore;
  readonly overheard: OverheardStore;
  readonly costs: CostStore;
  readonly prompts: PromptStore;
  readonly files: FileStore;
  readonly requests: RequestStore;
  readonly ledger: LedgerStore;
  readonly people: PeopleStore;
  readonly pairings: PairingStore;
  readonly openings: OpeningStore;
  readonly reasons: ReasonStore;
  documents(adapter: string): Documents;
  counts(): Promise<StoreCounts>;
  /** Resolves when an event may have arrived, or after `ms`: NOTIFY is a wake-up only, the poll is the floor. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Rejects where the database does not answer. */
  ping(): Promise<void>;
  /** How many statements were sent since opening. */
  statements(): number;
  readonly engine: 'postgres' | 'embedded';
  close(): Promise<void>;
}
