/** What can be asked of a server beside a run: its sessions, files, changes and offers. */
import type { ServerMessageId, ServerSessionId } from './ids.ts';
import type { Begun, SessionRef, Todo } from './session.ts';

/** What people may choose from in one directory of an agent server. */
export interface Offers {
  /** `provider/model`, as the server lists them. */
  readonly models: readonly string[];
  /** Media types of the files that each of them takes beside text; one that is not here takes none. Unset: unknown. */
  readonly takes?: Readonly<Record<string, readonly string[]>>;
  /** Agents that people can talk to. */
  readonly agents: readonly OfferedAgent[];
  /** The server's own commands. */
  readonly commands: readonly ServerCommand[];
  /** What the server takes where nothing is said. */
  readonly model: string | undefined;
  readonly agent: string | undefined;
}

export interface OfferedAgent {
  readonly name: string;
  readonly description: string;
}

export interface ServerCommand {
  readonly name: string;
  readonly description: string;
  /**
   * Its prompt; `$ARGUMENTS` and `$1`, `$2`, … stand for what follows the name. undefined: only the server can fill it
   * in, as with a prompt of an MCP server.
   */
  readonly template: string | undefined;
  readonly model?: string;
  readonly agent?: string;
}

export interface SessionInfo {
  readonly id: ServerSessionId;
  readonly title: string;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
  /** What it was marked with when it was claimed. */
  readonly origin: string | undefined;
}

/** Sessions of one server. Calls reject as those of `Agent` do. */
export interface Library {
  /** Root sessions of a directory, the one used last first. */
  list(directory: string): Promise<readonly SessionInfo[]>;
  rename(ref: SessionRef, title: string): Promise<void>;
  /** From now on the session is found by this key; what others wrote about it stays. */
  claim(ref: SessionRef, key: string, origin?: string): Promise<void>;
  /** A session with the same conversation, found by no key but marked with its origin; its id. */
  fork(ref: SessionRef, origin: string): Promise<ServerSessionId>;
  /** Resolves when the conversation is summarised, which takes as long as an answer. */
  compact(ref: SessionRef, model: string | undefined): Promise<void>;
  todos(ref: SessionRef): Promise<readonly Todo[]>;
}

/** What was said in a session, and how far it is taken back. */
export interface History {
  /** Prompts of people, oldest first, the last hundred messages' worth; those that are taken back too. */
  read(ref: SessionRef): Promise<Past>;
  /** Runs of which something was answered after this time, oldest first; 0: all that are stored. */
  since(ref: SessionRef, at: number): Promise<Doings>;
  /** Whether the server has the session. */
  exists(ref: SessionRef): Promise<boolean>;
  /** Whether the server is at work in the session now, whoever began it. */
  isBusy(ref: SessionRef): Promise<boolean>;
  /** Takes back this prompt and all that followed, files included. */
  revert(ref: SessionRef, message: ServerMessageId): Promise<void>;
  unrevert(ref: SessionRef): Promise<void>;
}

export interface Past {
  readonly prompts: readonly SaidBefore[];
  /** The first prompt that is taken back. */
  readonly reverted: ServerMessageId | undefined;
}

export interface SaidBefore {
  readonly id: ServerMessageId;
  readonly text: string;
  /** The agent answered it; one that it did not answer may be a note that nobody meant as a prompt. */
  readonly answered: boolean;
}

/** What was done in a session since a time. */
export interface Doings {
  readonly runs: readonly RunDone[];
  /** By the server's clock: all that was answered until then is told. Epoch milliseconds. */
  readonly at: number;
}

export interface RunDone extends Begun {
  /** The message that began the run in which it was answered; undefined: it began one itself. */
  readonly within: ServerMessageId | undefined;
}

/** Where a server answers, for people with a terminal. */
export interface ServerAddress {
  readonly url: string;
  /** Whom it lets in; undefined: everybody. */
  readonly username: string | undefined;
}

/** What the agent's work left behind. Calls reject as those of `Agent` do. */
export interface Works {
  /** Files of the project that prompts of this session changed, the one changed last first. */
  changed(ref: SessionRef): Promise<readonly ChangedFile[]>;
  /** A regular file within the session's directory, by its path from there, as it is now. */
  read(ref: SessionRef, path: string, maxBytes: number): Promise<FileRead>;
  /** What tools of the session printed, the newest first; not those that printed nothing. */
  outputs(ref: SessionRef): Promise<readonly ToolOutput[]>;
}

export interface ChangedFile {
  /** From the session's directory. */
  readonly path: string;
  readonly added: number;
  readonly removed: number;
}

export type FileRead =
  | { readonly type: 'file'; readonly bytes: Uint8Array }
  /** Nothing is there, or a directory, or a link to somewhere. */
  | { readonly type: 'absent' }
  | { readonly type: 'too-large' }
  /** This server gives no files. */
  | { readonly type: 'unsupported' };

export interface ToolOutput {
  readonly tool: string;
  /** One line that says what it worked on. */
  readonly subject: string;
  readonly text: string;
  /** It still runs. */
  readonly unfinished: boolean;
  /** The server kept only a part of it. */
  readonly cut: boolean;
}
