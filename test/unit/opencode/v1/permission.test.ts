/** What our own server is started with: what it must ask, what it may know, and what of the project it reads. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serverEnvironment, withheldKeys } from '../../../../src/opencode/v1/permission.ts';

type Given = Readonly<Record<string, string | undefined>>;

const made = (env: Given, models: readonly string[] = [], trustsProjects = false) =>
  serverEnvironment({ env, models, trustsProjects });
const ours = ['OPENCODE_CONFIG_CONTENT', 'OPENCODE_DISABLE_AUTOUPDATE', 'OPENCODE_DISABLE_PROJECT_CONFIG'];
const set = [...ours, 'OPENCODE_PERMISSION', 'OPENCODE_SERVER_USERNAME'];
/** What passed of the given ones. */
const passed = (env: Given, models: readonly string[] = []) =>
  Object.keys(made(env, models))
    .filter((name) => !set.includes(name))
    .sort();

/** A home with this as the person's own OpenCode configuration. */
function homeWith(configuration: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'dragoman-home-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'opencode.jsonc'), configuration);
  return directory;
}

describe('the environment of our own server', () => {
  it('has what a server needs, and nothing of the gateway', () => {
    const needed = {
      ...{ PATH: '/bin', HOME: '/home/ann', LC_ALL: 'C', XDG_DATA_HOME: '/d' },
      ...{ https_proxy: 'http://proxy', OPENCODE_DISABLE_SHARE: '1' },
    };
    const others = {
      ...{
        DATABASE_URL: 'x',
        DRAGOMAN_SECRET: 'x',
        METRICS_TOKEN: 'x',
        CHAT_BOT_TOKEN: 'x',
        SSH_AUTH_SOCK: 'x',
      },
      ...{ OPENCODE_SERVER_PASSWORD: 'x', OPENCODE_PASSWORD: 'x', NODE_OPTIONS: 'x', WEB_PASSWORD: 'x' },
    };
    expect(passed({ ...needed, ...others, EMPTY: undefined })).toEqual(Object.keys(needed).sort());
  });

  const keys = {
    ...{ ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'u', STRIPE_API_KEY: 'k' },
    ...{
      AWS_ACCESS_KEY_ID: 'k',
      AWS_PROFILE: 'p',
      GITHUB_TOKEN: 't',
      MOONSHOT_API_KEY: 'k',
      CORP_API_KEY: 'k',
    },
  };

  it('has the keys of the providers that the models name, and no other key', () => {
    expect(passed(keys, ['anthropic/claude-sonnet-4-5'])).toEqual(['ANTHROPIC_API_KEY']);
    expect(passed(keys, ['amazon-bedrock/x', 'moonshotai-cn/kimi'])).toEqual([
      ...['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'MOONSHOT_API_KEY'],
    ]);
    const settings = { env: keys, models: ['anthropic/x'], trustsProjects: false };
    expect(withheldKeys(settings).toSorted()).toEqual(
      Object.keys(keys)
        .filter((name) => name !== 'ANTHROPIC_API_KEY')
        .sort(),
    );
  });

  it('has those of providers that the person configured in OpenCode, and those named there', () => {
    const inline = JSON.stringify({
      enabled_providers: ['openai'],
      agent: { plan: { model: 'anthropic/x' } },
    });
    expect(passed({ ...keys, OPENCODE_CONFIG_CONTENT: inline })).toEqual([
      ...['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'OPENAI_BASE_URL'],
    ]);
    const home = homeWith(
      '{ // mine, see https://x.example/a\n "provider": { "corp": { "options": { "apiKey": "{env:CORP_API_KEY}", }, }, }, }',
    );
    expect(passed({ ...keys, OPENCODE_CONFIG_DIR: home })).toEqual(['CORP_API_KEY', 'OPENCODE_CONFIG_DIR']);
  });

  it('has well-known keys of models where nobody names a provider, and none that opens more', () => {
    expect(passed(keys)).toEqual([
      'ANTHROPIC_API_KEY',
      'MOONSHOT_API_KEY',
      'OPENAI_API_KEY',
      'OPENAI_BASE_URL',
    ]);
  });

  it('asks for commands whatever the person had set', () => {
    const { OPENCODE_PERMISSION: permission = '{}' } = made({ OPENCODE_PERMISSION: '{"bash":"allow"}' });
    expect(JSON.parse(permission)).toMatchObject({
      ...{ '*': 'ask', bash: 'ask', edit: 'ask', question: 'allow', grep: 'allow' },
    });
  });

  it('asks for searches where no plugin can take files with secrets out of them', () => {
    const { OPENCODE_PERMISSION: permission = '{}' } = made({ OPENCODE_PURE: '1' });
    expect(JSON.parse(permission)).toMatchObject({ grep: 'ask' });
  });

  it('keeps an inline configuration with its plugins, and plan a planner', () => {
    const inline = JSON.stringify({
      model: 'a/b',
      plugin: ['theirs'],
      agent: { plan: { permission: { edit: 'ask' } }, mine: {} },
    });
    const { OPENCODE_CONFIG_CONTENT: content = '{}' } = made({ OPENCODE_CONFIG_CONTENT: inline });
    expect(JSON.parse(content)).toEqual({
      model: 'a/b',
      plugin: ['theirs', expect.stringMatching(/^file:\/\/.*\/companion\.ts$/)],
      agent: { plan: { permission: { edit: 'ask', bash: 'ask', task: { general: 'deny' } } }, mine: {} },
    });
    expect(made({ OPENCODE_CONFIG_CONTENT: '{ broken' })['OPENCODE_CONFIG_CONTENT']).toBe('{ broken');
  });

  it('reads no configuration of a project unless it is trusted, whatever was set before', () => {
    expect(made({})['OPENCODE_DISABLE_PROJECT_CONFIG']).toBe('1');
    expect(made({ OPENCODE_DISABLE_PROJECT_CONFIG: '0' })['OPENCODE_DISABLE_PROJECT_CONFIG']).toBe('1');
    expect(made({}, [], true)['OPENCODE_DISABLE_PROJECT_CONFIG']).toBeUndefined();
  });
});
