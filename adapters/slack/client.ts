import { type Logger, type LogLevel, webApi } from '@slack/bolt';
import { slackFetch } from './answers.ts';

export type Client = webApi.WebClient;

/** Longest time for one call, milliseconds. */
const callMs = 15_000;

export interface ClientOptions {
  readonly apiUrl: string | undefined;
  /** Unset: 15 seconds. */
  readonly timeoutMs?: number;
}

/**
 * Every call is tried once and a 429 comes back at once: delivery is the only one that tries again, since the
 * library would repeat posts whose outcome is unknown and hold back all calls for one that is limited.
 */
export function clientOptions({ apiUrl, timeoutMs = callMs }: ClientOptions): webApi.WebClientOptions {
  return {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    fetch: slackFetch(apiUrl ?? 'https://slack.com/api/'),
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: quiet,
  };
}

export function createClient(token: string, options: ClientOptions): Client {
  return new webApi.WebClient(token, clientOptions(options));
}

/** The library prints people's texts at its lower levels, and errors that are told by other means. */
export const quiet: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => 'error' as LogLevel,
};
