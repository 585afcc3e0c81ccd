/** What the scripted model does with one request. */
export type Step = SayStep | FailStep | RecoverStep;

export interface ToolCall {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Streams the text, then calls the tools. */
export interface SayStep {
  readonly type: 'say';
  readonly text: string;
  readonly calls: readonly ToolCall[];
  /** Words in one chunk of the stream. */
  readonly words: number;
  /** The stream breaks off there and says no reason: OpenCode asks again, without end. */
  readonly breaksOff?: true;
}

/** Answers with an HTTP error instead. */
export interface FailStep {
  readonly type: 'fail';
  readonly status: number;
  readonly message: string;
  readonly code: string;
  /** The provider asks to be tried again. */
  readonly retry: boolean;
}

/** Fails as often as said for the same request, then does the other. */
export interface RecoverStep {
  readonly type: 'recover';
  readonly failures: number;
  readonly failure: FailStep;
  readonly then: SayStep;
}

export function say(text: string, calls: readonly ToolCall[] = [], words = 1): SayStep {
  return { type: 'say', text, calls, words };
}
