/** The errors of the house: each says what can be done about it. Any other is a bug. */

/** Why a call to a platform failed, as far as it says what can be done. */
export type ChannelFailure =
  /** Try again after `retryAfterMs`. */
  | { readonly reason: 'rate-limited'; readonly retryAfterMs: number }
  /** The platform did not answer or said that it is ill; whether the call took effect is unknown. */
  | { readonly reason: 'unavailable' }
  /** The message, thread or channel is no longer there. */
  | { readonly reason: 'gone' }
  /** We may not do this there. */
  | { readonly reason: 'forbidden' }
  /** The platform will never take this content, in none of the forms that the adapter has for it. */
  | { readonly reason: 'rejected' }
  /**
   * The platform said no in words that nobody here knows, to the plainest form too: nothing came of the call as far as
   * is known. Try once more; the same answer again is `rejected`.
   */
  | { readonly reason: 'unknown' };

/** The only error that an adapter's methods throw for something the platform said or did not say. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly failure: ChannelFailure;

  constructor(failure: ChannelFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** Repeating the call will not help. */
export function isFinal({ failure: { reason } }: ChannelError): boolean {
  return reason === 'gone' || reason === 'forbidden' || reason === 'rejected';
}

/** It is the content that was not taken: a plainer form of it may be. */
export function isRefused({ failure: { reason } }: ChannelError): boolean {
  return reason === 'rejected' || reason === 'unknown';
}

/** A sentence for the person in the chat: what happened, why, and what to do. Not a bug, not logged as one. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** The agent server is away, or answered that it cannot now: nothing was decided, ask again later. */
export class AgentUnavailableError extends Error {
  override readonly name = 'AgentUnavailableError';
}

/** The agent server answered, and said no. */
export class AgentRefusedError extends Error {
  override readonly name = 'AgentRefusedError';
}

/** The agent server did not do what was asked, whichever way. Anything else is no failure of it. */
export function isAgentError(error: unknown): error is AgentUnavailableError | AgentRefusedError {
  return error instanceof AgentUnavailableError || error instanceof AgentRefusedError;
}

/** For the operator: refuse to start, and name the fix. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** This holder no longer holds the lease: stop at once, write nothing. */
export class FencedOutError extends Error {
  override readonly name = 'FencedOutError';
}

/** Exhaustiveness: a value that the types say cannot be. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
