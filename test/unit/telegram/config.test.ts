import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { parseConfig } from '../../../adapters/telegram/config.ts';
import { ConfigError } from '../../../src/core/errors.ts';

const TELEGRAM_BOT_TOKEN = '123456789:AAEexample-example_example';

test('a token switches Telegram on', () => {
  const config = parseConfig({ TELEGRAM_BOT_TOKEN }, undefined);
  expect(config?.token.reveal()).toBe(TELEGRAM_BOT_TOKEN);
  expect(config?.apiUrl).toBe('https://api.telegram.org');
});

test('without one it is off', () => {
  expect(parseConfig({}, undefined)).toBeUndefined();
  expect(parseConfig({ TELEGRAM_BOT_TOKEN: '' }, undefined)).toBeUndefined();
});

test('another root of the Bot API, without the slash at its end', () => {
  const config = parseConfig({ TELEGRAM_BOT_TOKEN, TELEGRAM_API_URL: 'http://127.0.0.1:8081/' }, undefined);
  expect(config?.apiUrl).toBe('http://127.0.0.1:8081');
});

const TELEGRAM_WEBHOOK_URL = 'https://dragoman.example.org/bots/';
const TELEGRAM_WEBHOOK_SECRET = 'a-secret_of-the-webhook';

test('a webhook needs an address and a secret', () => {
  const config = parseConfig(
    { TELEGRAM_BOT_TOKEN, TELEGRAM_WEBHOOK_URL, TELEGRAM_WEBHOOK_SECRET },
    undefined,
  );
  expect(config?.webhook?.url).toBe('https://dragoman.example.org/bots');
  expect(config?.webhook?.secret.reveal()).toBe(TELEGRAM_WEBHOOK_SECRET);
  expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain(TELEGRAM_WEBHOOK_SECRET);
});

test('mistakes are named with their fix, and never with the token', () => {
  const wrong = 'bot-secret-without-a-colon';
  const hooked = (changes: Readonly<Record<string, string>>) =>
    parseConfig({ TELEGRAM_BOT_TOKEN, TELEGRAM_WEBHOOK_URL, TELEGRAM_WEBHOOK_SECRET, ...changes }, undefined);
  const refusals = [
    () => parseConfig({ TELEGRAM_BOT_TOKEN: wrong }, undefined),
    () => parseConfig({ TELEGRAM_BOT_TOKEN, TELEGRAM_API_URL: 'api.telegram.org' }, undefined),
    () => parseConfig({ TELEGRAM_API_URL: 'http://127.0.0.1:8081' }, undefined),
    () => parseConfig({ TELEGRAM_WEBHOOK_URL, TELEGRAM_WEBHOOK_SECRET }, undefined),
    () => parseConfig({ TELEGRAM_BOT_TOKEN, TELEGRAM_WEBHOOK_URL }, undefined),
    () => parseConfig({ TELEGRAM_BOT_TOKEN, TELEGRAM_WEBHOOK_SECRET }, undefined),
    () => hooked({ TELEGRAM_WEBHOOK_URL: 'http://dragoman.example.org' }),
    () => hooked({ TELEGRAM_WEBHOOK_URL: 'https://dragoman.example.org:4080' }),
    () => hooked({ TELEGRAM_WEBHOOK_SECRET: 'not a secret!' }),
    () => parseConfig({ TELEGRAM_BOT_TOKEN }, { token: TELEGRAM_BOT_TOKEN }),
  ];
  const messages = refusals.map((refusal) => {
    try {
      refusal();
      return 'taken';
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return error instanceof Error ? error.message : '';
    }
  });
  expect(messages).toMatchInlineSnapshot(`
    [
      "TELEGRAM_BOT_TOKEN is not valid: it does not look like a token. Copy it from @BotFather (/mybots, the bot, API Token). Example: TELEGRAM_BOT_TOKEN=123456789:AAE…",
      "TELEGRAM_API_URL is not valid: it is not an http address. Leave it out for Telegram itself. Example: TELEGRAM_API_URL=https://api.telegram.org",
      "TELEGRAM_API_URL is set, but no token. Set TELEGRAM_BOT_TOKEN too, or neither. Example: TELEGRAM_BOT_TOKEN=123456789:AAE…",
      "TELEGRAM_WEBHOOK_URL is set, but no token. Set TELEGRAM_BOT_TOKEN too, or neither. Example: TELEGRAM_BOT_TOKEN=123456789:AAE…",
      "TELEGRAM_WEBHOOK_URL is set, but not TELEGRAM_WEBHOOK_SECRET. Set both for a webhook, or neither for polling. Example: TELEGRAM_WEBHOOK_SECRET=$(openssl rand -hex 32)",
      "TELEGRAM_WEBHOOK_SECRET is set, but not TELEGRAM_WEBHOOK_URL. Set both for a webhook, or neither for polling. Example: TELEGRAM_WEBHOOK_URL=https://dragoman.example.org",
      "TELEGRAM_WEBHOOK_URL is not valid: it is not an https address. It is where Telegram reaches the web port. Example: TELEGRAM_WEBHOOK_URL=https://dragoman.example.org",
      "TELEGRAM_WEBHOOK_URL is not valid: its port is not 443, 80, 88 or 8443. It is where Telegram reaches the web port. Example: TELEGRAM_WEBHOOK_URL=https://dragoman.example.org",
      "TELEGRAM_WEBHOOK_SECRET is not valid: it is not 1 to 256 letters, digits, - and _. Example: TELEGRAM_WEBHOOK_SECRET=$(openssl rand -hex 32)",
      ""telegram" does not belong in the file: a token in it would be readable to whoever reads the file. Use TELEGRAM_BOT_TOKEN or TELEGRAM_BOT_TOKEN_FILE instead.",
    ]
  `);
  expect(messages.join()).not.toContain(wrong);
  expect(messages.join()).not.toContain(TELEGRAM_BOT_TOKEN);
  expect(messages.join()).not.toContain(TELEGRAM_WEBHOOK_SECRET);
  expect(messages.join()).not.toContain('not a secret!');
});

test('a configuration that is printed shows no token', () => {
  const config = parseConfig({ TELEGRAM_BOT_TOKEN }, undefined);
  expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain(TELEGRAM_BOT_TOKEN);
});
