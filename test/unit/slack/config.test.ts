import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../adapters/slack/config.ts';

const bot = { SLACK_BOT_TOKEN: 'xoxb-1-2-abc' };

describe('configuration', () => {
  test('without a bot token Slack is off', () => {
    expect(parseConfig({}, undefined)).toBeUndefined();
    expect(parseConfig({ SLACK_API_URL: 'http://127.0.0.1:1/api/' }, undefined)).toBeUndefined();
  });

  test('an app token means sockets, a signing secret means requests', () => {
    expect(parseConfig({ ...bot, SLACK_APP_TOKEN: 'xapp-1-A0-2-abc' }, undefined)).toEqual({
      botToken: 'xoxb-1-2-abc',
      apiUrl: undefined,
      inbound: { mode: 'socket', appToken: 'xapp-1-A0-2-abc' },
    });
    expect(parseConfig({ ...bot, SLACK_SIGNING_SECRET: '0123456789abcdef' }, undefined)).toMatchObject({
      inbound: { mode: 'http', signingSecret: '0123456789abcdef' },
    });
  });

  test.each([
    [{ SLACK_BOT_TOKEN: 'xoxp-1' }, /SLACK_BOT_TOKEN must be the bot token, which begins with xoxb-/],
    [{ ...bot, SLACK_APP_TOKEN: 'xoxb-2' }, /SLACK_APP_TOKEN must be an app-level token/],
    [{ ...bot, SLACK_SIGNING_SECRET: 'short' }, /SLACK_SIGNING_SECRET must be the app's signing secret/],
    [{ ...bot, SLACK_SIGNING_SECRET: '' }, /nothing says how messages come in/],
    [bot, /nothing says how messages come in/],
    [{ SLACK_APP_TOKEN: 'xapp-1' }, /SLACK_APP_TOKEN is set without SLACK_BOT_TOKEN/],
    [{ ...bot, SLACK_APP_TOKEN: 'xapp-1', SLACK_API_URL: 'ftp://x' }, /SLACK_API_URL must be an address/],
  ])('%j is refused with a sentence', (environment, sentence) => {
    expect(() => parseConfig(environment, undefined)).toThrow(sentence);
  });

  test('no token is taken from the file', () => {
    expect(() => parseConfig(bot, { botToken: 'xoxb-1' })).toThrow(/the file has no settings for Slack/);
  });
});
