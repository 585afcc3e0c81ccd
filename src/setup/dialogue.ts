/** How the wizard speaks with the person. Every question rejects with `LeftError` where they leave. */
export interface Dialogue {
  /** As it is, without a frame: addresses in it can be copied whole. */
  show(lines: readonly string[]): void;
  good(sentence: string): void;
  warn(sentence: string): void;
  bad(sentence: string): void;
  choose(question: string, options: readonly DialogueChoice[], first?: string): Promise<string>;
  /** `check`: what is wrong with it, or undefined. */
  ask(question: DialogueQuestion): Promise<string>;
  confirm(question: string): Promise<boolean>;
  /** Says what is waited for; Ctrl-C ends the wait and leaves. */
  wait<T>(sentence: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

export interface DialogueChoice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

export interface DialogueQuestion {
  readonly text: string;
  /** Typed characters are not shown. */
  readonly secret?: boolean;
  readonly initial?: string;
  check(answer: string): string | undefined;
}

/** The person left by Ctrl-C or Escape. */
export class LeftError extends Error {
  override readonly name = 'LeftError';
}
