/** What our own server must ask a person, and the environment that says so to it. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type LaunchSettings, passedEnvironment } from '../environment.ts';
import { configuredProviders, isPassedKey, isProviderKey, namedVariables } from './provider-keys.ts';

/**
 * Everything asks but reading, listing, searching, to-dos, questions to the person, and handing work to a
 * sub-agent, whose own doings ask. Kinds are named one by one besides `*`: the user's configuration is merged key
 * by key, and the later key decides. Reading keeps the server's own exception for files with secrets.
 */
const permissionRules = {
  '*': 'ask',
  bash: 'ask',
  edit: 'ask',
  webfetch: 'ask',
  websearch: 'ask',
  codesearch: 'ask',
  external_directory: 'ask',
  doom_loop: 'ask',
  skill: 'ask',
  lsp: 'ask',
  read: { '*': 'allow', '*.env': 'ask', '*.env.*': 'ask', '*.env.example': 'allow' },
  glob: 'allow',
  grep: 'allow',
  list: 'allow',
  todowrite: 'allow',
  todoread: 'allow',
  question: 'allow',
  task: 'allow',
  plan_enter: 'ask',
  plan_exit: 'ask',
} as const;

/** What somebody else's server needs in its configuration, so that it asks. Shown to people. */
const askingRules = {
  '*': 'ask',
  ...{ read: permissionRules.read, glob: 'allow', grep: 'allow', list: 'allow' },
  ...{ todowrite: 'allow', question: 'allow', task: 'allow' },
} as const;

/** Rules of single agents come after these, and a project's own file after the user's. */
export const askingAdvice = `Set "permission": ${JSON.stringify(askingRules)} in its user's opencode.json, and take out what allows more to single agents; where the project's own opencode.json or .opencode does, start that server with OPENCODE_DISABLE_PROJECT_CONFIG=1. A tool that is not built in never asks: remove it, or deny it by its name.`;

/** The rules above come after those of an agent, so that what plan may not do is said again for it. */
const planRules = {
  edit: { '*': 'deny', '.opencode/plans/*.md': 'ask' },
  bash: 'ask',
  task: { general: 'deny' },
} as const;

type Json = Readonly<Record<string, unknown>>;

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** The user's inline configuration with our rules for plan under it. Unreadable: left for the server to refuse. */
function configuration(inline: string | undefined): string {
  let own: Json;
  try {
    own = object(JSON.parse(inline || '{}'));
  } catch {
    return inline ?? '';
  }
  const { agent, plugin } = own;
  const { plan } = object(agent);
  const { permission } = object(plan);
  const merged = { ...object(plan), permission: { ...planRules, ...object(permission) } };
  return JSON.stringify({
    ...own,
    agent: { ...object(agent), plan: merged },
    plugin: [...(Array.isArray(plugin) ? plugin : []), companion()],
  });
}

/** Our plugin, which puts right what the settings below take too much of. */
function companion(): string {
  const own = fileURLToPath(import.meta.url);
  return pathToFileURL(own.replace(/permission\.(ts|js)$/, 'companion.$1')).href;
}

/** Names of the variables that a server of ours is not given, although they look like a provider's key. */
export function withheldKeys({ env, models }: LaunchSettings): readonly string[] {
  const passes = passesIn({ env, models });
  return Object.keys(env).filter((name) => env[name] && isProviderKey(name) && !passes(name));
}

function passesIn({ env, models }: Pick<LaunchSettings, 'env' | 'models'>): (name: string) => boolean {
  const providers = configuredProviders(env, models);
  const named = new Set(namedVariables(env));
  return (name) => isProviderKey(name) && (named.has(name) || isPassedKey(name, providers));
}

/** The whole environment of our own server, but for its password. */
export function serverEnvironment(settings: LaunchSettings): Readonly<Record<string, string>> {
  const { env, trustsProjects } = settings;
  const { OPENCODE_CONFIG_CONTENT: inline, OPENCODE_PURE: pure } = env;
  // Without plugins nothing takes files with secrets out of what is found.
  const rules = pure ? { ...permissionRules, grep: 'ask' } : permissionRules;
  return {
    ...passedEnvironment(env, passesIn(settings)),
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    ...(trustsProjects ? {} : { OPENCODE_DISABLE_PROJECT_CONFIG: '1' }),
    OPENCODE_PERMISSION: JSON.stringify(rules),
    OPENCODE_CONFIG_CONTENT: configuration(inline),
    OPENCODE_SERVER_USERNAME: 'opencode',
  };
}
