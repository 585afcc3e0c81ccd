/** What an agent asks a person, and what became of it. */
import type { ServerRequestId, ServerSessionId } from './ids.ts';

export interface PermissionRequest {
  readonly kind: 'permission';
  readonly id: ServerRequestId;
  /** The root session. */
  readonly session: ServerSessionId;
  /** The session that asks: the root or a sub-agent's. */
  readonly from: ServerSessionId;
  readonly callId?: string;
  /** bash, edit, webfetch, external_directory, … */
  readonly permission: string;
  readonly patterns: readonly string[];
  /**
   * The whole command or address, as it is written, or the path as a person in the project writes it. Empty where
   * `input` tells all.
   */
  readonly subject: string;
  /** All that the tool is given, as indented JSON, where no other field tells it. */
  readonly input?: string;
  /** The tool whose input that is, or that reaches outside. */
  readonly tool?: string;
  /** Where the command runs, unless in the project's directory. */
  readonly workdir?: string;
  /** Directories outside of the project. */
  readonly reaches?: readonly string[];
  /** The whole change as a unified diff. */
  readonly diff?: string;
  /** The server does not tell what would be done: nobody can allow it. */
  readonly unknown?: true;
}

export interface QuestionRequest {
  readonly kind: 'question';
  readonly id: ServerRequestId;
  readonly session: ServerSessionId;
  readonly from: ServerSessionId;
  readonly callId?: string;
  readonly questions: readonly Question[];
}

export interface Question {
  readonly header: string;
  readonly question: string;
  readonly options: readonly { readonly label: string; readonly description: string }[];
  readonly multiple: boolean;
  readonly custom: boolean;
}

/**
 * What became of a request at the server. `always`: it and all that are like it are allowed there from now on, until
 * the server forgets it. A rejection by somebody else may have had a reason: the server does not tell it.
 */
export type RequestOutcome =
  | { readonly reply: 'once' }
  | { readonly reply: 'always' }
  | { readonly reply: 'reject'; readonly reason?: string }
  | { readonly reply: 'answers'; readonly answers: readonly (readonly string[])[] };

export type AgentRequest = PermissionRequest | QuestionRequest;
