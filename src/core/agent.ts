/**
 * What the gateway knows of an agent server: a closed set of events and the calls it needs.
 *
 * Ids of sessions, messages, parts and requests are the server's, except message and part ids of prompts,
 * which are ours so that sending twice is sending once.
 */

import type { ServerMessageId, ServerName, ServerRequestId, ServerSessionId } from './ids.ts';
import type { ChangedFile, History, Library, Offers, ServerAddress, Works } from './library.ts';
import type { AgentRequest, RequestOutcome } from './request.ts';
import type { Begun, SessionRef, Todo, TurnBounds } from './session.ts';

export type {
  AgentRequest,
  PermissionRequest,
  Question,
  QuestionRequest,
  RequestOutcome,
} from './request.ts';
export type { Begun, SessionRef, Todo } from './session.ts';

/** A piece of what the agent says or does, in order of appearance within its message. */
export type Part = TextPart | ToolPart | CompactionPart;

export interface TextPart {
  readonly type: 'text' | 'reasoning';
  readonly id: string;
  readonly text: string;
  readonly done: boolean;
  /** The beginning or the middle is unknown (we were not listening): show what was shown until `done`. */
  readonly gap: boolean;
}

export interface ToolPart {
  readonly type: 'tool';
  readonly id: string;
  readonly callId: string;
  readonly tool: string;
  readonly status: 'pending' | 'running' | 'completed' | 'failed';
  /**
   * One line that says what it works on: a path, a command, a pattern; of tools that the server did not bring itself
   * all of the input, as JSON.
   */
  readonly subject: string;
  /** Where a command runs, unless in the project's directory. */
  readonly workdir?: string;
  /** Tail of what it printed, capped. */
  readonly output: string;
  /** Why it failed, where it did. */
  readonly error: string;
  /** It failed because somebody did not allow it. */
  readonly rejected?: true;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** A unified diff, where it changed a file. */
  readonly diff?: string;
  /** The whole list, where it wrote the to-do list. */
  readonly todos?: readonly Todo[];
  /** Files that it gave to the model besides what it printed: pictures mostly. */
  readonly files?: readonly { readonly name: string; readonly mime: string }[];
  /** The session of the sub-agent that it runs. */
  readonly child?: ServerSessionId;
}

export interface CompactionPart {
  readonly type: 'compaction';
  readonly id: string;
}

/** What went wrong in a run, safe to be shown: no bodies, headers or addresses. */
export interface AgentFailure {
  readonly kind:
    | 'auth'
    | 'aborted'
    | 'overflow'
    | 'length'
    | 'filtered'
    | 'no-model'
    /** The model answered nothing, so many times in a row as the message says. */
    | 'silent'
    | 'provider'
    | 'unknown';
  readonly message: string;
  readonly provider?: string;
  readonly status?: number;
}

/** An assistant message of the session or of one of its sub-agents. */
export interface AgentMessage {
  readonly id: ServerMessageId;
  /** The session that it lies in: the root or a sub-agent's. */
  readonly session: ServerSessionId;
  /** The prompt that it answers. */
  readonly parent: ServerMessageId;
  readonly model: string;
  readonly agent: string;
  readonly startedAt: number;
  readonly completedAt?: number;
  readonly finish?: string;
  readonly failure?: AgentFailure;
  readonly tokens: number;
  readonly cost: number;
}

/** The state of a session as the server tells it, from one prompt on. */
export interface SessionSnapshot {
  /** The server stores the prompt. */
  readonly stored: boolean;
  /** The server cannot read back all that it has of the run: what is not told here may have happened all the same. */
  readonly partial?: true;
  /** Another run was begun after it, and answered: it is over, however it ended. */
  readonly later?: true;
  /** Ids of all that was said to the agent, from that prompt on at least. */
  readonly prompts: readonly ServerMessageId[];
  readonly busy: boolean;
  /** Assistant messages after the prompt, oldest first, sub-agents' included, each with its parts. */
  readonly messages: readonly { readonly message: AgentMessage; readonly parts: readonly Part[] }[];
  /** Requests that wait for an answer now. */
  readonly requests: readonly AgentRequest[];
}

/**
 * What happens on an agent server. `session` is always the root session; a sub-agent's doings carry its own
 * session in `from` or in the message.
 */
export type AgentEvent =
  | { readonly type: 'stream-opened' }
  | { readonly type: 'stream-lost'; readonly reason: string }
  | { readonly type: 'session-started'; readonly session: ServerSessionId }
  /** The run is over and its last message is final. Comes once for each run. */
  | { readonly type: 'session-settled'; readonly session: ServerSessionId }
  /** The run could not begin or ended in an error that no message carries. */
  | { readonly type: 'session-failed'; readonly session: ServerSessionId; readonly failure: AgentFailure }
  | {
      readonly type: 'session-retrying';
      readonly session: ServerSessionId;
      readonly attempt: number;
      readonly message: string;
      /** Epoch milliseconds of the next try. */
      readonly next: number;
    }
  | { readonly type: 'session-renamed'; readonly session: ServerSessionId; readonly title: string }
  | { readonly type: 'session-compacted'; readonly session: ServerSessionId }
  | {
      readonly type: 'session-snapshot';
      readonly session: ServerSessionId;
      readonly snapshot: SessionSnapshot;
    }
  | { readonly type: 'message-updated'; readonly session: ServerSessionId; readonly message: AgentMessage }
  | {
      readonly type: 'part-updated';
      readonly session: ServerSessionId;
      readonly message: ServerMessageId;
      readonly part: Part;
    }
  | {
      readonly type: 'part-appended';
      readonly session: ServerSessionId;
      readonly message: ServerMessageId;
      readonly part: string;
      readonly text: string;
    }
  | { readonly type: 'request-asked'; readonly session: ServerSessionId; readonly request: AgentRequest }
  /** Answered or dismissed, by us or by somebody else. */
  | {
      readonly type: 'request-closed';
      readonly session: ServerSessionId;
      readonly request: ServerRequestId;
      readonly outcome: RequestOutcome;
    }
  /** The server stores what was said here: a prompt of ours (accepted), or anything else. */
  | { readonly type: 'prompt-seen'; readonly session: ServerSessionId; readonly message: ServerMessageId }
  /** The agent begins to answer it: only now is it more than a note. Comes once for each. */
  | ({ readonly type: 'run-seen'; readonly session: ServerSessionId } & Begun);

/** A text of a prompt. The server keeps parts in the order of their ids. */
export interface PromptText {
  readonly id: string;
  readonly text: string;
  /** For the model only: a file's content, or what was said before. People who look at the server do not see it. */
  readonly hidden?: boolean;
}

/** A file that goes to the model as it is; its place among the texts is told by its id. */
export interface PromptFile {
  readonly id: string;
  readonly name: string;
  /** One that the model takes: any other would end this and every later run of the session. */
  readonly mime: string;
  readonly bytes: Uint8Array;
}

export interface PromptCall {
  readonly ref: SessionRef;
  readonly messageId: ServerMessageId;
  readonly parts: readonly PromptText[];
  readonly files?: readonly PromptFile[];
  /** `provider/model`; unset: the default of the server, read at start. */
  readonly model?: string;
  /** Unset: the default of the server. */
  readonly agent?: string;
}

/** What the server answered to a reply. `unknown`: it no longer has this request. */
export type ReplyOutcome = 'accepted' | 'unknown';

export interface AgentStatus {
  readonly server: ServerName;
  readonly connected: boolean;
  /** Epoch milliseconds since when `connected` is as it is. */
  readonly since: number;
  readonly version: string | undefined;
  /**
   * Does it ask before an agent acts, in a root session and in a sub-agent. `partly`: yes, but for `unasked`;
   * `off`: any command runs, or any file is changed, without asking.
   */
  readonly gate: 'asks' | 'partly' | 'off' | 'unknown';
  /** What runs without asking, each in words, with the agents that may. */
  readonly unasked: readonly string[];
  /** A project names no model, and the server has none to take by itself. */
  readonly modelless: boolean;
  /** One sentence for the operator where something is wrong, else empty. */
  readonly problem: string;
}

/** One agent server. Calls reject with AgentUnavailableError or AgentRefusedError; all have a timeout. */
export interface Agent {
  readonly server: ServerName;
  status(): AgentStatus;
  /** Keeps the event stream open until aborted; after each (re)connect every tracked session gets a snapshot. */
  run(onEvent: (event: AgentEvent) => void, signal: AbortSignal): Promise<void>;
  /**
   * From now on snapshots of this session are wanted, from this prompt on; the first follows at once if connected.
   * `until`: a later prompt whose turn is not part of it; `joined`: prompts that were sent into its run.
   */
  track(ref: SessionRef, fromMessage: ServerMessageId, more?: TurnBounds): void;
  /** Like `track`, for a prompt that is yet to be sent: the stream tells all of it, so none is made for it now. */
  expect(ref: SessionRef, fromMessage: ServerMessageId): void;
  untrack(session: ServerSessionId): void;
  /** These messages are of a run that was lost: no snapshot that is made from now on holds them. */
  disown(messages: readonly ServerMessageId[]): void;
  /** Asks for a snapshot now; it comes as an event. */
  refresh(session: ServerSessionId): Promise<void>;

  createSession(directory: string, title: string, key: string): Promise<ServerSessionId>;
  /** A session made earlier with this key. */
  findSession(directory: string, key: string): Promise<ServerSessionId | undefined>;
  /** Resolves when the server answered, which is not yet acceptance: that is `prompt-seen`. */
  prompt(call: PromptCall): Promise<void>;
  /** Can the server read this image? One that it cannot read would end its prompt with an error. */
  reads(directory: string, image: Omit<PromptFile, 'id'>): Promise<boolean>;
  abort(ref: SessionRef): Promise<void>;
  replyPermission(
    ref: SessionRef,
    id: ServerRequestId,
    reply: 'once' | 'reject',
    message?: string,
  ): Promise<ReplyOutcome>;
  replyQuestion(
    ref: SessionRef,
    id: ServerRequestId,
    answers: readonly (readonly string[])[],
  ): Promise<ReplyOutcome>;
  rejectQuestion(ref: SessionRef, id: ServerRequestId): Promise<ReplyOutcome>;
  /** What this prompt changed, as one unified diff; empty where nothing. */
  diff(ref: SessionRef, message: ServerMessageId): Promise<FileChanges>;
  readonly library: Library;
  readonly history: History;
  readonly works: Works;
  offers(directory: string): Promise<Offers>;
  /** undefined: it has not been started yet. */
  address(): ServerAddress | undefined;
}

export interface FileChanges {
  readonly files: number;
  readonly added: number;
  readonly removed: number;
  /** Whole, however long. */
  readonly patch: string;
  /** The same for each file, by the server's name of it. */
  readonly each?: readonly ChangedFile[];
}
