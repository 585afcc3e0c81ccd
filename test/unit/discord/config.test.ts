import { expect, test } from 'vitest';
import { parseConfig } from '../../../adapters/discord/config.ts';

const token = 'MTE4abc.def-ghi_jkl';

test('a token switches it on, and is not shown when the configuration is printed', () => {
  expect(parseConfig({}, undefined)).toBeUndefined();
  const config = parseConfig({ DISCORD_BOT_TOKEN: ` ${token}\n` }, undefined);
  expect(config?.token.reveal()).toBe(token);
  expect(config?.apiUrl).toBe('https://discord.com/api');
  expect(JSON.stringify(config)).not.toContain(token);
});

test('the address may be given with or without its version', () => {
  for (const url of ['http://127.0.0.1:1/api', 'http://127.0.0.1:1/api/', 'http://127.0.0.1:1/api/v10'])
    expect(parseConfig({ DISCORD_BOT_TOKEN: token, DISCORD_API_URL: url }, undefined)?.apiUrl).toBe(
      'http://127.0.0.1:1/api',
    );
});

test('what is wrong is named with what to do, and never with the token', () => {
  const refusal = (environment: Record<string, string>, file?: unknown) => {
    expect(() => parseConfig(environment, file)).toThrow(/DISCORD_/);
    expect(() => parseConfig(environment, file)).not.toThrow(token);
  };
  refusal({ DISCORD_BOT_TOKEN: 'short' });
  refusal({ DISCORD_BOT_TOKEN: `Bot ${token}` });
  refusal({ DISCORD_API_URL: 'https://discord.com/api' });
  refusal({ DISCORD_BOT_TOKEN: token, DISCORD_API_URL: 'nowhere' });
  refusal({ DISCORD_BOT_TOKEN: token }, { token });
});
