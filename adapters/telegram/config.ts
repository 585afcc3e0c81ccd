import { z } from 'zod';
import { ConfigError } from '../../src/core/errors.ts';

export const variables = ['TELEGRAM_BOT_TOKEN', 'TELEGRAM_API_URL'] as const;

/** As BotFather gives it: the bot's id, a colon, and the secret. */
const tokenShape = /^\d{3,20}:[\w-]{10,100}$/;

const shape = z.object({
  token: z
    .string()
    .regex(tokenShape, 'it does not look like a token')
    .transform((token) => ({ reveal: () => token })),
  apiUrl: z
    .url({ protocol: /^https?$/, error: 'it is not an http address' })
    .transform((url) => url.replace(/\/+$/, '')),
});

/** The token stands behind a function, so that a configuration that is printed shows nothing of it. */
export type TelegramConfig = z.infer<typeof shape>;

const advice: Readonly<Record<string, string>> = {
  token:
    'TELEGRAM_BOT_TOKEN is not valid: it does not look like a token. Copy it from @BotFather (/mybots, the bot, API Token). Example: TELEGRAM_BOT_TOKEN=123456789:AAE…',
  apiUrl:
    'TELEGRAM_API_URL is not valid: it is not an http address. Leave it out for Telegram itself. Example: TELEGRAM_API_URL=https://api.telegram.org',
};

/** A token switches Telegram on; undefined: there is none. Throws `ConfigError`, which never holds the token. */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
  file: unknown,
): TelegramConfig | undefined {
  if (file !== undefined)
    throw new ConfigError(
      '"telegram" does not belong in the file: a token in it would be readable to whoever reads the file. Use TELEGRAM_BOT_TOKEN or TELEGRAM_BOT_TOKEN_FILE instead.',
    );
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_URL: apiUrl } = environment;
  if (!token) {
    if (!apiUrl) return undefined;
    throw new ConfigError(
      'TELEGRAM_API_URL is set, but no token. Set TELEGRAM_BOT_TOKEN too, or neither. Example: TELEGRAM_BOT_TOKEN=123456789:AAE…',
    );
  }
  const parsed = shape.safeParse({ token: token.trim(), apiUrl: apiUrl || 'https://api.telegram.org' });
  if (parsed.success) return parsed.data;
  throw new ConfigError(advice[String(parsed.error.issues[0]?.path[0])] ?? 'Telegram is not set up rightly.');
}
