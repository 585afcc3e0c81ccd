/** What the server's refusals mean: for whoever called, and in a sentence for the operator. */
import { GrammyError } from 'grammy';
import { ChannelError, type ChannelFailure } from '../../src/core/errors.ts';

/** What the server said no with. */
export interface Refusal {
  /** As in HTTP. */
  readonly code: number;
  /** The server's words, e.g. `Bad Request: chat not found`. */
  readonly description: string;
  readonly retryAfterMs?: number;
  /** The id that the chat has now. */
  readonly movedTo?: string;
}

/** Something that is no answer of the server's came in its place, mostly a page of a proxy. */
export class PageError extends Error {
  override readonly name = 'PageError';
  readonly status: number;

  constructor(status: number) {
    super(`a page with status ${status}`);
    this.status = status;
  }
}

/** undefined: no answer, or one that is none. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof GrammyError)) return undefined;
  // What stands between may answer in the server's place, and with anything: nothing of it is sure to be there.
  const { error_code: code, description, parameters }: Partial<GrammyError> = error;
  if (typeof code !== 'number') return undefined;
  const words = typeof description === 'string' ? description : '';
  const { retry_after: told, migrate_to_chat_id: chat } = parameters ?? {};
  const seconds = told ?? waitIn(words);
  return {
    code,
    description: words,
    ...(seconds === undefined ? {} : { retryAfterMs: seconds * 1000 }),
    ...(chat == null ? {} : { movedTo: String(chat) }),
  };
}

/** Seconds, where only the words say how long. */
function waitIn(words: string): number | undefined {
  const [, seconds] = /retry after (\d{1,6})/i.exec(words) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}

/** The content was refused, in whatever words: not the place, and not the call as such. */
export function isContentRefused(error: unknown): boolean {
  const refusal = refusalOf(error);
  if (refusal === undefined || /message is not modified/i.test(refusal.description)) return false;
  const { reason } = failureOf(refusal);
  return reason === 'rejected' || reason === 'unknown';
}

/**
 * What a failed call means. The client's own errors hold the address with the token, and the text that was to be
 * sent: nothing of them but the server's words goes on.
 */
export function channelError(method: string, error: unknown): ChannelError {
  const refusal = refusalOf(error);
  if (refusal !== undefined)
    return new ChannelError(failureOf(refusal), `${method}: ${refusal.code} ${refusal.description}`);
  const inner = innerOf(error);
  const words =
    inner instanceof PageError
      ? `a page came instead of an answer (status ${inner.status})`
      : `no answer${causeOf(inner)}`;
  return new ChannelError({ reason: 'unavailable' }, `${method}: ${words}`);
}

/** What the client wraps. */
function innerOf(error: unknown): unknown {
  return error instanceof Error && 'error' in error ? error.error : undefined;
}

/** The system's name of what happened to the connection, e.g. ` (ECONNRESET)`. */
function causeOf(inner: unknown): string {
  const own = inner instanceof Error && inner.cause instanceof Error ? inner.cause : inner;
  const code = own instanceof Error && 'code' in own ? own.code : undefined;
  return typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : '';
}

/** A wait that the server asks for without saying how long, milliseconds. */
const someTime = 5000;

const goneWords =
  /chat not found|wrong file_id|message thread not found|message to (edit|delete|be replied|reply) not found|message_id_invalid|topic_(deleted|id_invalid)|message can't be edited|chat was deleted|peer_id_invalid/i;
const forbiddenWords =
  /not enough rights|chat_write_forbidden|topic_closed|need administrator rights|have no rights/i;

/** What no second try would change. */
const rejectedWords =
  /too (long|big|large|short)|can't parse|can't be parsed|is empty|must be non-empty|not modified|_too_(long|big)|wrong type|unsupported/i;

function failureOf({ code, description, retryAfterMs }: Refusal): ChannelFailure {
  if (code === 429) return { reason: 'rate-limited', retryAfterMs: retryAfterMs ?? someTime };
  if (code === 403 || forbiddenWords.test(description)) return { reason: 'forbidden' };
  if (goneWords.test(description)) return { reason: 'gone' };
  if (code === 413 || (code === 400 && rejectedWords.test(description))) return { reason: 'rejected' };
  // In words that nobody here knows: the gateway tries once more before it takes them for a no.
  if (code === 400) return { reason: 'unknown' };
  // 401 and 404: the token is not known now. What was to be shown stays to be shown.
  return { reason: 'unavailable' };
}

/** A token that is not known, and a second program, are looked for again this seldom, milliseconds. */
export const slowMs = 60_000;
/** Shorter troubles are nobody's business, milliseconds. */
const patienceMs = 30_000;

/** What an operator should know; undefined: not worth telling yet. */
export function reasonOf(refusal: Refusal | undefined, lastsMs: number, error: unknown): string | undefined {
  if (refusal?.code === 401 || refusal?.code === 404)
    return 'Telegram does not know this bot token. Copy the current one from @BotFather into TELEGRAM_BOT_TOKEN and start again.';
  if (refusal?.code === 409)
    return 'Another program polls with this bot token, and Telegram gives messages to one only. Stop the other one, or give each a bot of its own.';
  if (refusal !== undefined && /logged out/i.test(refusal.description))
    return 'This bot was logged out of this Bot API server, as is done to move it to another one. Set TELEGRAM_API_URL to the server that it works with now; Telegram itself takes it back 10 minutes after the move.';
  if (lastsMs < patienceMs) return undefined;
  const { message } = channelError('getUpdates', error);
  return `Telegram does not answer (${message}). What people write is kept there for a day and comes when it answers again.`;
}
