import { describe, expect, it } from 'vitest';
import { serverEnvironment } from '../../../src/opencode/environment.ts';
import { cleanSentence, failureOf } from '../../../src/opencode/v1/failures.ts';

describe('the environment of our own server', () => {
  it('has what a server needs, and nothing of the gateway', () => {
    const given = {
      ...{
        PATH: '/bin',
        HOME: '/home/ann',
        LC_ALL: 'C',
        XDG_DATA_HOME: '/d',
        ANTHROPIC_API_KEY: 'k',
        AWS_PROFILE: 'p',
      },
      ...{ https_proxy: 'http://proxy', OPENCODE_DISABLE_SHARE: '1', EMPTY: undefined },
      ...{
        DATABASE_URL: 'x',
        DRAGOMAN_SECRET: 'x',
        METRICS_TOKEN: 'x',
        CHAT_BOT_TOKEN: 'x',
        SSH_AUTH_SOCK: 'x',
      },
      ...{
        OPENCODE_SERVER_PASSWORD: 'x',
        OPENCODE_PERMISSION: '{"bash":"allow"}',
        NODE_OPTIONS: 'x',
        WEB_PASSWORD: 'x',
      },
    };
    expect(Object.keys(serverEnvironment(given)).sort()).toEqual(
      [
        ...['PATH', 'HOME', 'LC_ALL', 'XDG_DATA_HOME', 'ANTHROPIC_API_KEY', 'AWS_PROFILE', 'https_proxy'],
        ...['OPENCODE_DISABLE_SHARE', 'OPENCODE_PERMISSION', 'OPENCODE_CONFIG_CONTENT'],
        ...['OPENCODE_DISABLE_AUTOUPDATE', 'OPENCODE_SERVER_USERNAME'],
      ].sort(),
    );
  });

  it('asks for commands whatever the person had set', () => {
    const { OPENCODE_PERMISSION: permission = '{}' } = serverEnvironment({
      OPENCODE_PERMISSION: '{"bash":"allow"}',
    });
    expect(JSON.parse(permission)).toMatchObject({ '*': 'ask', bash: 'ask', edit: 'ask', question: 'allow' });
  });

  it('keeps an inline configuration, and plan a planner', () => {
    const inline = JSON.stringify({
      model: 'a/b',
      agent: { plan: { permission: { edit: 'ask' } }, mine: {} },
    });
    const { OPENCODE_CONFIG_CONTENT: content = '{}' } = serverEnvironment({
      OPENCODE_CONFIG_CONTENT: inline,
    });
    expect(JSON.parse(content)).toEqual({
      model: 'a/b',
      agent: { plan: { permission: { edit: 'ask', bash: 'ask', task: { general: 'deny' } } }, mine: {} },
    });
  });
});

describe('a failure', () => {
  it('is told without stack, class name or address', () => {
    const text =
      'ProviderNoProvidersError: No providers are available\n    at <anonymous> (/$bunfs/root/chunk.js:1:2)';
    expect(failureOf({ name: 'UnknownError', data: { message: text } })).toEqual({
      kind: 'no-model',
      message: 'No providers are available',
    });
    expect(cleanSentence('connect to http://10.0.0.1:8080/v1 failed')).toBe('connect to (address) failed');
    expect(cleanSentence('x'.repeat(1000))).toHaveLength(301);
  });

  it('of a provider carries its status and no body', () => {
    const data = { message: 'bad key', statusCode: 401, isRetryable: false, responseBody: '{"secret":1}' };
    expect(failureOf({ name: 'APIError', data }, 'acme')).toEqual({
      kind: 'auth',
      message: 'bad key',
      provider: 'acme',
      status: 401,
    });
  });
});
