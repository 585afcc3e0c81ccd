import { z } from 'zod';
import { ConfigError } from '../../src/core/errors.ts';

export const variables = ['DISCORD_BOT_TOKEN', 'DISCORD_API_URL'] as const;

const shape = z.object({
  token: z
    .string()
    .regex(/^(?!bot|bearer)[\w.-]{10,200}$/i, 'it does not look like a token')
    .transform((token) => ({ reveal: () => token })),
  apiUrl: z
    .url({ protocol: /^https?$/, error: 'it is not an http address' })
    .transform((url) => url.replace(/\/+$/, '').replace(/\/v\d+$/, '')),
});

/** The token stands behind a function, so that a configuration that is printed shows nothing of it. */
export type DiscordConfig = z.infer<typeof shape>;

const advice: Readonly<Record<string, string>> = {
  token:
    'DISCORD_BOT_TOKEN is not valid: it does not look like a token. Copy it from https://discord.com/developers/applications (the application, Bot, Reset Token), without "Bot" before it. Example: DISCORD_BOT_TOKEN=MTE4…',
  apiUrl:
    'DISCORD_API_URL is not valid: it is not an http address. Leave it out for Discord itself. Example: DISCORD_API_URL=https://discord.com/api',
};

/** A token switches Discord on; undefined: there is none. Throws `ConfigError`, which never holds the token. */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
  file: unknown,
): DiscordConfig | undefined {
  if (file !== undefined)
    throw new ConfigError(
      '"discord" does not belong in the file: a token in it would be readable to whoever reads the file. Use DISCORD_BOT_TOKEN or DISCORD_BOT_TOKEN_FILE instead.',
    );
  const { DISCORD_BOT_TOKEN: token, DISCORD_API_URL: apiUrl } = environment;
  if (!token) {
    if (!apiUrl) return undefined;
    throw new ConfigError(
      'DISCORD_API_URL is set, but no token. Set DISCORD_BOT_TOKEN too, or neither. Example: DISCORD_BOT_TOKEN=MTE4…',
    );
  }
  const parsed = shape.safeParse({ token: token.trim(), apiUrl: apiUrl || 'https://discord.com/api' });
  if (parsed.success) return parsed.data;
  throw new ConfigError(advice[String(parsed.error.issues[0]?.path[0])] ?? 'Discord is not set up rightly.');
}
