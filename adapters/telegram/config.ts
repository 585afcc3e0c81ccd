/** Settings of Telegram, and in which of two ways updates come. */
import { z } from 'zod';
import { ConfigError } from '../../src/core/errors.ts';

export const variables = [
  'TELEGRAM_BOT_TOKEN',
  'TELEGRAM_API_URL',
  'TELEGRAM_WEBHOOK_URL',
  'TELEGRAM_WEBHOOK_SECRET',
] as const;

/** As BotFather gives it: the bot's id, a colon, and the secret. */
const tokenShape = /^\d{3,20}:[\w-]{10,100}$/;

/** Telegram connects to no other port; '' is 443. */
const ports: ReadonlySet<string> = new Set(['', '443', '80', '88', '8443']);

const shape = z.object({
  token: z
    .string()
    .regex(tokenShape, 'it does not look like a token')
    .transform((token) => ({ reveal: () => token })),
  apiUrl: z
    .url({ protocol: /^https?$/, error: 'it is not an http address' })
    .transform((url) => url.replace(/\/+$/, '')),
  webhook: z
    .object({
      url: z
        .url({ protocol: /^https$/, error: 'it is not an https address' })
        .refine((url) => ports.has(new URL(url).port), 'its port is not 443, 80, 88 or 8443')
        .refine((url) => !/[?#]/.test(url), 'it holds more than a host and a path')
        .transform((url) => url.replace(/\/+$/, '')),
      secret: z
        .string()
        .regex(/^[\w-]{1,256}$/, 'it is not 1 to 256 letters, digits, - and _')
        .transform((secret) => ({ reveal: () => secret })),
    })
    .exactOptional(),
});

/**
 * Token and secret stand behind functions, so that a configuration that is printed shows nothing of them. With
 * `webhook`, whose address leads to our HTTP server, Telegram brings updates; without, they are polled.
 */
export type TelegramConfig = z.infer<typeof shape>;

const examples: Readonly<Record<string, string>> = {
  TELEGRAM_WEBHOOK_URL: 'TELEGRAM_WEBHOOK_URL=https://dragoman.example.org',
  TELEGRAM_WEBHOOK_SECRET: 'TELEGRAM_WEBHOOK_SECRET=$(openssl rand -hex 32)',
};

const advice: Readonly<Record<string, (why: string) => string>> = {
  token: () =>
    'TELEGRAM_BOT_TOKEN is not valid: it does not look like a token. Copy it from @BotFather (/mybots, the bot, API Token). Example: TELEGRAM_BOT_TOKEN=123456789:AAE…',
  apiUrl: () =>
    'TELEGRAM_API_URL is not valid: it is not an http address. Leave it out for Telegram itself. Example: TELEGRAM_API_URL=https://api.telegram.org',
  'webhook.url': (why) =>
    `TELEGRAM_WEBHOOK_URL is not valid: ${why}. It is where Telegram reaches the web port. Example: ${examples['TELEGRAM_WEBHOOK_URL']}`,
  'webhook.secret': (why) =>
    `TELEGRAM_WEBHOOK_SECRET is not valid: ${why}. Example: ${examples['TELEGRAM_WEBHOOK_SECRET']}`,
};

type Environment = Readonly<Record<string, string | undefined>>;

/** A token switches Telegram on; undefined: there is none. Throws `ConfigError`, which never holds a secret. */
export function parseConfig(environment: Environment, file: unknown): TelegramConfig | undefined {
  if (file !== undefined)
    throw new ConfigError(
      '"telegram" does not belong in the file: a token in it would be readable to whoever reads the file. Use TELEGRAM_BOT_TOKEN or TELEGRAM_BOT_TOKEN_FILE instead.',
    );
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_URL: apiUrl } = environment;
  if (!token) return refuseLeftovers(environment);
  const webhook = webhookOf(environment);
  const parsed = shape.safeParse({
    token: token.trim(),
    apiUrl: apiUrl || 'https://api.telegram.org',
    ...(webhook === undefined ? {} : { webhook }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const say = advice[issue?.path.join('.') ?? ''];
  throw new ConfigError(say?.(issue?.message ?? '') ?? 'Telegram is not set up rightly.');
}

function refuseLeftovers(environment: Environment): undefined {
  const [, ...others] = variables;
  const name = others.find((one) => environment[one]);
  if (name === undefined) return undefined;
  throw new ConfigError(
    `${name} is set, but no token. Set TELEGRAM_BOT_TOKEN too, or neither. Example: TELEGRAM_BOT_TOKEN=123456789:AAE…`,
  );
}

/** A webhook without a secret would take updates from anybody. */
function webhookOf(environment: Environment): object | undefined {
  const { TELEGRAM_WEBHOOK_URL: url, TELEGRAM_WEBHOOK_SECRET: secret } = environment;
  if (!url && !secret) return undefined;
  const names = ['TELEGRAM_WEBHOOK_URL', 'TELEGRAM_WEBHOOK_SECRET'] as const;
  const [set, missing] = url ? names : names.toReversed();
  if (!url || !secret)
    throw new ConfigError(
      `${set} is set, but not ${missing}. Set both for a webhook, or neither for polling. Example: ${examples[missing ?? '']}`,
    );
  return { url: url.trim(), secret: secret.trim() };
}
