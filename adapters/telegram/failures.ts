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

/** undefined: no answer, or one that is none. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof GrammyError)) return undefined;
  const { error_code: code, description, parameters } = error;
  const { retry_after: seconds, migrate_to_chat_id: chat } = parameters;
  return {
    code,
    description,
    ...(seconds === undefined ? {} : { retryAfterMs: seconds * 1000 }),
    ...(chat === undefined ? {} : { movedTo: String(chat) }),
  };
}

/**
 * What a failed call means. The client's own errors hold the address with the token, and the text that was to be
 * sent: nothing of them but the server's words goes on.
 */
export function channelError(method: string, error: unknown): ChannelError {
  const refusal = refusalOf(error);
  if (refusal !== undefined)
    return new ChannelError(failureOf(refusal), `${method}: ${refusal.code} ${refusal.description}`);
  return new ChannelError({ reason: 'unavailable' }, `${method}: no answer${causeOf(error)}`);
}

/** The system's name of what happened to the connection, e.g. ` (ECONNRESET)`. */
function causeOf(error: unknown): string {
  const inner = error instanceof Error && 'error' in error ? error.error : undefined;
  const code = inner instanceof Error && 'code' in inner ? inner.code : undefined;
  return typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : '';
}

/** A wait that the server asks for without saying how long, milliseconds. */
const someTime = 5000;

const goneWords =
  /chat not found|wrong file_id|message thread not found|message to (edit|delete|be replied|reply) not found|message_id_invalid|topic_(deleted|id_invalid)|message can't be edited|chat was deleted|peer_id_invalid/i;
const forbiddenWords =
  /not enough rights|chat_write_forbidden|topic_closed|need administrator rights|have no rights/i;

function failureOf({ code, description, retryAfterMs }: Refusal): ChannelFailure {
  if (code === 429) return { reason: 'rate-limited', retryAfterMs: retryAfterMs ?? someTime };
  if (code === 403 || forbiddenWords.test(description)) return { reason: 'forbidden' };
  if (goneWords.test(description)) return { reason: 'gone' };
  if (code === 400 || code === 413) return { reason: 'rejected' };
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
  if (lastsMs < patienceMs) return undefined;
  const { message } = channelError('getUpdates', error);
  return `Telegram does not answer (${message}). What people write is kept there for a day and comes when it answers again.`;
}
