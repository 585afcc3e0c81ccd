/** What our own server must ask a person, and the environment that says so to it. */
import { type GivenEnvironment, passedEnvironment } from '../environment.ts';

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
  if (inline === undefined || inline === '')
    return JSON.stringify({ agent: { plan: { permission: planRules } } });
  let own: Json;
  try {
    own = object(JSON.parse(inline));
  } catch {
    return inline;
  }
  const { agent } = own;
  const { plan } = object(agent);
  const { permission } = object(plan);
  const merged = { ...object(plan), permission: { ...planRules, ...object(permission) } };
  return JSON.stringify({ ...own, agent: { ...object(agent), plan: merged } });
}

/** The whole environment of our own server, but for its password. */
export function serverEnvironment(env: GivenEnvironment): Readonly<Record<string, string>> {
  const { OPENCODE_CONFIG_CONTENT: inline } = env;
  return {
    ...passedEnvironment(env),
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_PERMISSION: JSON.stringify(permissionRules),
    OPENCODE_CONFIG_CONTENT: configuration(inline),
    OPENCODE_SERVER_USERNAME: 'opencode',
  };
}
