/** What Slack's refusals mean: for whoever called, and in a sentence for the operator. */
import { webApi } from '@slack/bolt';
import { ChannelError, type ChannelFailure } from '../../src/core/errors.ts';

type Known = Exclude<ChannelFailure['reason'], 'unknown'>;

/** Slack's words by what can be done. What a word means that is in no list is not guessed. */
const reasons: Readonly<Record<string, Known>> = Object.fromEntries([
  ...words('rate-limited', 'ratelimited rate_limited message_limit_exceeded'),
  ...words(
    'rejected',
    `invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text too_many_attachments markdown_text_conflict
    invalid_metadata_format invalid_metadata_schema metadata_too_large file_too_large invalid_arguments invalid_arg_name`,
  ),
  ...words(
    'gone',
    'message_not_found thread_not_found channel_not_found cannot_reply_to_message user_not_found file_not_found file_deleted',
  ),
  ...words(
    'forbidden',
    `not_in_channel is_archived restricted_action restricted_action_read_only_channel restricted_action_thread_locked
    restricted_action_thread_only_channel restricted_action_non_threadable_channel missing_scope no_permission
    access_denied cant_update_message cant_delete_message edit_window_closed user_not_in_channel ekm_access_denied
    team_access_not_granted not_allowed_token_type messages_tab_disabled cannot_dm_bot posting_to_channel_denied
    file_uploads_disabled file_access_denied not_visible slack_connect_file_upload_sharing_blocked`,
  ),
  ...words(
    'unavailable',
    `internal_error fatal_error service_unavailable request_timeout operation_timeout team_added_to_org
    streaming_state_conflict invalid_auth not_authed account_inactive token_revoked token_expired`,
  ),
]);

/** The token is of no use: nothing works until an operator acts. */
const refusals = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
]);

function words(reason: Known, list: string): readonly (readonly [string, Known])[] {
  return list.split(/\s+/).map((word) => [word, reason] as const);
}

/** The word of a platform's no, e.g. `invalid_auth`. What stands between us and Slack may answer with a page instead. */
export function wordOf(error: unknown): string | undefined {
  const cause = error instanceof ChannelError ? error.cause : error;
  const word = cause instanceof webApi.WebAPIPlatformError ? cause.data.error : undefined;
  return word !== undefined && /^[a-z_0-9.-]+$/.test(word) ? word : undefined;
}

export function isRateLimited(error: unknown): boolean {
  return channelError(error).failure.reason === 'rate-limited';
}

/** It may have taken effect all the same. */
export function isInDoubt(error: unknown): boolean {
  return channelError(error).failure.reason === 'unavailable';
}

export function isSlackRefusal(error: unknown): boolean {
  return refusals.has(wordOf(error) ?? '');
}

/** What a call of the client library threw, as far as it says what can be done. */
export function channelError(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  const { message } = error instanceof Error ? error : new Error(String(error));
  return new ChannelError(failureOf(error), `Slack: ${message}`, { cause: error });
}

function failureOf(error: unknown): ChannelFailure {
  if (error instanceof webApi.WebAPIRateLimitedError)
    return { reason: 'rate-limited', retryAfterMs: error.retryAfter * 1000 };
  const word = wordOf(error);
  if (word === undefined) return { reason: 'unavailable' };
  const reason = reasons[word] ?? 'unknown';
  return reason === 'rate-limited' ? { reason, retryAfterMs: waitOf(error) } : { reason };
}

/** A wait that Slack asks for without saying how long, milliseconds. */
const someTimeMs = 5000;

/** A limit that is told as a word has its wait beside it, where it has one. */
function waitOf(error: unknown): number {
  const seconds =
    error instanceof webApi.WebAPIPlatformError ? error.data.response_metadata?.retryAfter : undefined;
  return seconds === undefined ? someTimeMs : seconds * 1000;
}

/** The variable of the token that a call was made with. */
export type TokenName = 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN';

/** One sentence for the operator: why nothing arrives, and what to do. */
export function problemOf(error: unknown, name: TokenName): string {
  const word = wordOf(error);
  const source = name === 'SLACK_BOT_TOKEN' ? 'OAuth & Permissions' : 'Basic Information › App-Level Tokens';
  if (word === 'missing_scope')
    return `Slack: ${name} lacks a scope${neededBy(error)}. Add it under ${source} of the app, install the app again, and restart.`;
  if (word !== undefined && (refusals.has(word) || word === 'not_allowed_token_type'))
    return `Slack refuses ${name} (${word}), so no message arrives. Copy the token anew from ${source} of the app, and restart.`;
  if (word !== undefined) return `Slack answers ${word}, so no message arrives. Trying again.`;
  return `Slack cannot be reached (${error instanceof Error ? error.message : String(error)}). Trying again.`;
}

function neededBy(error: unknown): string {
  const needed =
    error instanceof webApi.WebAPIPlatformError && 'needed' in error.data ? error.data.needed : undefined;
  return typeof needed === 'string' ? ` (${needed})` : '';
}
