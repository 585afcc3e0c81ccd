/** Rows of the store, as the gateway sees them. Times are epoch milliseconds by the database's clock. */
import type { AgentFailure, AgentRequest, RequestOutcome } from '../core/agent.ts';
import type { Author, InboundEvent, MessageId, Outbound, ThreadAddress } from '../core/channel.ts';
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

/**
 * Proof of holding a lease. Every call that takes one writes in a transaction that first checks the fence,
 * and rejects with FencedOutError where another holder came in between.
 */
export interface Lease {
  readonly name: string;
  readonly fence: number;
}

export interface LeaseRow {
  readonly name: string;
  readonly owner: string;
  /** Epoch milliseconds by the database's clock. */
  readonly until: number;
}

export interface InboxRow {
  readonly id: InboxId;
  readonly thread: ThreadRow;
  readonly event: InboundEvent;
  readonly attempts: number;
}

export type Verbosity = 'quiet' | 'normal' | 'verbose';

/** What may ping people: cards and the ends of long turns, cards only, or nothing. */
export type Notify = 'all' | 'cards' | 'off';

/** What of the words in a thread of ours is for the agent: all of them, or those that name us. */
export type Listen = 'all' | 'mentions';

/** What people set for one thread. */
export interface ThreadSettings {
  readonly verbosity: Verbosity;
  readonly notify: Notify;
  readonly listen: Listen;
  /** Until then it is as if it listened to mentions, epoch milliseconds by our clock; undefined: it is not muted. */
  readonly mutedUntil: number | undefined;
  /** `provider/model` for the next prompts; undefined: the project's. */
  readonly model: string | undefined;
  /** The agent for the next prompts; undefined: the project's. */
  readonly agent: string | undefined;
}

export interface ThreadRow extends ThreadSettings {
  readonly id: ThreadId;
  readonly address: ThreadAddress;
  readonly server: ServerName;
  readonly project: ProjectName;
  /** The binding: the session row that this thread drives. */
  readonly session: SessionId | undefined;
}

/** Where a thread belongs that is new, or has `noProject` so far, and how much it shows. */
export interface Placement {
  readonly server: ServerName;
  readonly project: ProjectName;
  /** Unset: normal. */
  readonly verbosity?: Verbosity;
  /** Unset: all. */
  readonly listen?: Listen;
}

export interface SessionRow {
  readonly id: SessionId;
  readonly server: ServerName;
  readonly project: ProjectName;
  readonly directory: string;
  readonly title: string;
  /** The server's id of it, once it is made there. */
  readonly serverSession: ServerSessionId | undefined;
  /** Up to when, by the server's clock, all that was answered in it is known here; undefined: it was never looked at. */
  readonly seenAt: number | undefined;
}

/** One message of a person within a prompt. */
export interface Piece {
  /** The inbox row that brought it. */
  readonly inbox: InboxId;
  readonly message: MessageId;
  /** When it was said, as the platform tells it, epoch milliseconds; absent in rows of older versions. */
  readonly at?: number;
  readonly text: string;
  /** What a command of the server wants to run with; undefined: as the thread has it. */
  readonly runs?: { readonly model?: string; readonly agent?: string };
  /** What came with it and was passed on; the bytes lie in the store until the prompt is over. */
  readonly files?: readonly FileInfo[];
  /** The message that it answers. */
  readonly quote?: { readonly by: string; readonly text: string };
  /** Who says it, where the agent hears several people. */
  readonly speaker?: string;
  /** What was said in the thread before, for the agent to know. */
  readonly context?: string;
}

/** A file of a person, under a name that is safe to show. */
export interface FileInfo {
  readonly name: string;
  /** What its bytes are: `text/plain` for every text. */
  readonly mime: string;
  /** Bytes. */
  readonly size: number;
}

export interface NewFile extends Omit<FileInfo, 'size'> {
  readonly bytes: Uint8Array;
}

export interface FileRow extends NewFile {
  /** The inbox row that brought it. */
  readonly inbox: InboxId;
  /** From 0 on, within its piece. */
  readonly position: number;
}

export interface PromptOutcome {
  /** Who stopped it, for `stopped`. */
  readonly by?: string;
  /** The thread where they did. */
  readonly thread?: ThreadId;
  readonly failure?: AgentFailure;
  /** What its run took: US dollars, and tokens. */
  readonly used?: { readonly cost: number; readonly tokens: number };
  /** For `failed`: the server restarted and it could not be resumed. */
  readonly lost?: boolean;
  /** Reference of the log entry, for a bug on our side. */
  readonly reference?: string;
  /** Its session was gone at the server, and it went to another. */
  readonly moved?: boolean;
}

export interface PromptRow {
  readonly id: PromptId;
  readonly session: SessionId;
  readonly thread: ThreadId;
  readonly author: Author;
  readonly pieces: readonly Piece[];
  readonly state: PromptState;
  readonly messageId: ServerMessageId | undefined;
  /** How often the run was taken up again after a restart of the server. */
  readonly attempt: number;
  /** Segment at which the current attempt begins. */
  readonly baseSegment: number;
  /** The agent's messages of attempts that were lost. */
  readonly lost: readonly ServerMessageId[];
  /** The prompt whose run this one was sent into ([Send now]); one answer covers both. */
  readonly joins: PromptId | undefined;
  readonly outcome: PromptOutcome;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly sentAt: number | undefined;
  readonly resumedAt: number | undefined;
  readonly settledAt: number | undefined;
  /** Epoch milliseconds before which it waits for further pieces. */
  readonly readyAt: number;
  /** Its last words stand in the thread: nothing to do after a restart. */
  readonly delivered: boolean;
  /** Somebody wrote it at the agent server itself: it is followed and shown, and never sent by us. */
  readonly outside: boolean;
}

/**
 * open → settling (someone decided, the server is being told) → settled | lost; open → elsewhere (answered by
 * somebody else) | aborted (the run ended) | expired (nobody answered) | lost (the server forgot it).
 */
export type RequestState = 'open' | 'settling' | 'settled' | 'elsewhere' | 'aborted' | 'expired' | 'lost';

/** What somebody of ours may decide. */
export type Decision = Exclude<RequestOutcome, { readonly reply: 'always' }>;

/** What somebody answered to a permission in words. It decides nothing until a button says so. */
export interface Words {
  readonly by: Author;
  readonly text: string;
  readonly message: MessageId;
  /** Where they were said. */
  readonly thread: ThreadId;
}

export interface RequestRow {
  readonly id: RequestId;
  readonly session: SessionId;
  /** The prompt in whose turn it was asked. */
  readonly prompt: PromptId;
  readonly request: AgentRequest;
  /** How many parts of the root session stood in the turn when it was asked. */
  readonly position: number;
  /** The attempt of the prompt in which it was asked. */
  readonly attempt: number;
  readonly state: RequestState;
  /** Where the state is `elsewhere`: what became of it at the server, as far as that is known. */
  readonly decision: RequestOutcome | undefined;
  /** undefined: nobody of ours. */
  readonly decidedBy: Author | undefined;
  /** Epoch milliseconds. */
  readonly decidedAt: number | undefined;
  /** The newest. */
  readonly words: Words | undefined;
  /** The thread where somebody decided. */
  readonly decidedIn: ThreadId | undefined;
  readonly askedAt: number;
  readonly expiresAt: number;
}

export interface LedgerRow {
  readonly thread: ThreadId;
  /** `<prompt>/<segment>/<kind>/<n>`. */
  readonly slot: SlotKey;
  /** The key that the post was or will be made with. */
  readonly key: string;
  /** undefined: a post was begun and its outcome is unknown. */
  readonly message: MessageId | undefined;
  /** Hash of the content that is known to show; empty: a placeholder, or unknown; another word: it was left. */
  readonly hash: string;
  /** The platform did not take the content of this hash: something older is shown, or nothing. */
  readonly refused: boolean;
  readonly removed: boolean;
}

/** A message outside any turn that its thread does not show yet. */
export interface UnsaidRow {
  readonly thread: ThreadRow;
  readonly slot: SlotKey;
  readonly content: Outbound;
}

export interface StoreCounts {
  readonly threads: number;
  readonly bound: number;
  readonly inbox: number;
  readonly queued: number;
  readonly running: number;
  readonly waiting: number;
}
