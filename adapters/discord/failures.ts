/** What Discord's refusals mean for whoever called: which codes decide something, and what is never passed on. */
import { DiscordAPIError, RateLimitError } from 'discord.js';
import { z } from 'zod';
import { ChannelError, type ChannelFailure } from '../../src/core/errors.ts';
import { NotDiscordError } from './answers.ts';

/** Codes of Discord's that decide something here. */
export const codes = {
  unknownChannel: 10003,
  unknownMessage: 10008,
  lateEdits: 30046,
  tooLarge: 40005,
  missingPermissions: 50013,
  archived: 50083,
  threadExists: 160004,
  locked: 160005,
} as const;

const gone: ReadonlySet<number> = new Set([codes.unknownChannel, codes.unknownMessage, 10004, 10013, 10015]);
const forbidden: ReadonlySet<number> = new Set([50001, 50007, codes.missingPermissions, codes.locked, 50278]);
/** The content will not be taken: too long, too large, empty, or not as the form wants it. */
const rejected: ReadonlySet<number> = new Set([codes.tooLarge, 50006, 50035, 50109]);
/** Discord says that it, or the way to it, is overloaded or ill, under whatever status. */
const ill: ReadonlySet<number> = new Set([40062, 40333, 130000]);

/** The code of a no; undefined where none was said: then it is not Discord's, whatever its status. */
export function codeOf(error: unknown): number | undefined {
  return error instanceof DiscordAPIError && typeof error.code === 'number' ? error.code : undefined;
}

export function isUnauthorized(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.status === 401 && codeOf(error) !== undefined;
}

/**
 * What a failed call means. The library's own errors hold what was to be sent: nothing of them but Discord's words
 * goes on.
 */
export function channelError(call: string, error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  return new ChannelError(failureOf(error), `${call}: ${wordsOf(error)}`);
}

function failureOf(error: unknown): ChannelFailure {
  if (error instanceof RateLimitError)
    return { reason: 'rate-limited', retryAfterMs: Math.max(error.retryAfter, error.sublimitTimeout, 100) };
  // Whoever it is on the way that takes no more than this, the same body will not pass.
  if (error instanceof NotDiscordError && error.status === 413) return { reason: 'rejected' };
  const code = codeOf(error);
  // Without a token nothing is decided: what was to be shown stays to be shown.
  if (!(error instanceof DiscordAPIError) || code === undefined || error.status === 401 || ill.has(code))
    return { reason: 'unavailable' };
  if (gone.has(code)) return { reason: 'gone' };
  if (forbidden.has(code) || error.status === 403) return { reason: 'forbidden' };
  if (error.status === 404) return { reason: 'gone' };
  return { reason: rejected.has(code) || error.status === 413 ? 'rejected' : 'unknown' };
}

const advice: Readonly<Record<number, string>> = {
  50001: 'the bot does not see this channel; give it View Channel there',
  50007: 'this person takes no private messages from the bot',
  [codes.missingPermissions]:
    'the bot may not do this there; give it Send Messages in Threads, Create Public Threads, Read Message History and Attach Files',
  [codes.tooLarge]: 'the file is larger than this server takes',
  [codes.locked]: 'the thread is locked; a moderator can unlock it',
};

function wordsOf(error: unknown): string {
  if (error instanceof RateLimitError) return `too many calls, the next one in ${error.retryAfter} ms`;
  if (error instanceof NotDiscordError)
    return `${error.message} (${error.status})${error.status === 413 ? `: ${advice[codes.tooLarge]}` : ''}`;
  if (error instanceof z.ZodError) return 'an answer that is none';
  return error instanceof DiscordAPIError ? refusalWords(error) : silenceWords(error);
}

function refusalWords({ status, code, message }: DiscordAPIError): string {
  const hint = advice[typeof code === 'number' ? code : 0];
  return `${status} ${code} ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

function silenceWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return `no answer${typeof code === 'string' ? ` (${code})` : ''}${typeof status === 'number' ? ` (${status})` : ''}`;
}
