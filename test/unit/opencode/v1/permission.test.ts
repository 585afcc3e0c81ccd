import { describe, expect, it } from 'vitest';
import { serverEnvironment } from '../../../../src/opencode/v1/permission.ts';

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
