/** Settings of Slack, and in which of two ways events come. */
import { z } from 'zod';
import { ConfigError } from '../../src/core/errors.ts';

/** How events come in: over sockets that we open, or as signed requests to our HTTP server. */
export type Inbound =
  | { readonly mode: 'socket'; readonly appToken: string }
  | { readonly mode: 'http'; readonly signingSecret: string };

export interface SlackConfig {
  readonly botToken: string;
  readonly inbound: Inbound;
  /** Root of the Web API; unset: Slack's own. */
  readonly apiUrl: string | undefined;
}

export const variables = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_API_URL',
] as const;

const where = 'docs/slack.md shows where to find it';

const shape = z.object({
  SLACK_BOT_TOKEN: z
    .string()
    .regex(/^xoxb-\S+$/, `must be the bot token, which begins with xoxb-; ${where}. Example: xoxb-1-2-abc`),
  SLACK_APP_TOKEN: z
    .string()
    .regex(
      /^xapp-\S+$/,
      `must be an app-level token, which begins with xapp-; ${where}. Example: xapp-1-A0-2-abc`,
    )
    .exactOptional(),
  SLACK_SIGNING_SECRET: z
    .string()
    .regex(/^\S{16,}$/, `must be the app's signing secret, 32 hex characters; ${where}`)
    .exactOptional(),
  SLACK_API_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address. Example: https://slack.com/api/' })
    .exactOptional(),
});

/** Switched on by the bot token. Throws `ConfigError`. */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
  file: unknown,
): SlackConfig | undefined {
  if (file !== undefined)
    throw new ConfigError(
      'slack: the file has no settings for Slack; its tokens are secrets. Use SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or their _FILE forms.',
    );
  const given = Object.fromEntries(
    variables.map((name) => [name, environment[name]]).filter(([, value]) => value),
  );
  if (given['SLACK_BOT_TOKEN'] === undefined) return refuseLeftovers(Object.keys(given));
  const parsed = shape.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(`${String(issue?.path[0])} ${issue?.message}`);
  }
  const { SLACK_BOT_TOKEN: botToken, SLACK_API_URL: apiUrl, ...rest } = parsed.data;
  return { botToken, apiUrl, inbound: inboundOf(rest.SLACK_APP_TOKEN, rest.SLACK_SIGNING_SECRET) };
}

/** Sockets need no public address, so they go first where both are set. */
function inboundOf(appToken: string | undefined, signingSecret: string | undefined): Inbound {
  if (appToken !== undefined) return { mode: 'socket', appToken };
  if (signingSecret !== undefined) return { mode: 'http', signingSecret };
  throw new ConfigError(
    `SLACK_BOT_TOKEN is set, but nothing says how messages come in. Set SLACK_APP_TOKEN (Socket Mode, no public address needed) or SLACK_SIGNING_SECRET (requests to /slack/events); ${where}.`,
  );
}

function refuseLeftovers([name]: readonly string[]): undefined {
  if (name === undefined || name === 'SLACK_API_URL') return undefined;
  throw new ConfigError(
    `${name} is set without SLACK_BOT_TOKEN, so Slack would stay off; ${where}. Example: SLACK_BOT_TOKEN=xoxb-1-2-abc`,
  );
}
