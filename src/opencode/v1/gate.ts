/**
 * What would run without asking? Read from the rules that the server tells of each agent, hidden ones and
 * sub-agents too, and from its list of tools; pure.
 */
import type { PermissionRule, Agent as RawAgent } from '@opencode-ai/sdk/v2';
import type { AgentStatus } from '../../core/agent.ts';

/** Tools of the server itself: each asks by the rules. The last two are switched on by flags. */
const builtInTools: ReadonlySet<string> = new Set([
  ...['invalid', 'question', 'bash', 'read', 'glob', 'grep', 'list', 'edit', 'write', 'multiedit', 'patch'],
  ...['apply_patch', 'task', 'webfetch', 'todowrite', 'todoread', 'websearch', 'codesearch', 'skill'],
  ...['lsp', 'plan_enter', 'plan_exit'],
]);

/** What acts or reaches out, by the server's name of it, and how people call it. Reading and searching do not. */
const acts = {
  bash: 'shell commands',
  edit: 'changes of files',
  webfetch: 'fetching web pages',
  websearch: 'web searches',
  codesearch: 'code searches on the web',
  external_directory: 'reaching outside of the project',
} as const;

type Act = keyof typeof acts;

/** Whoever may do anyone of these without asking needs no other: the gate is off. */
const wholeActs: readonly (readonly [Act, string])[] = [
  ['bash', 'dragoman-probe --plain'],
  ['edit', 'dragoman-probe'],
];

/** A file with secrets, which the server asks for by itself where no rule says otherwise. */
const secretFile = '.env';

/** Its own places: what tools printed, its scratch directory, its plans, its configuration. */
const ownPlace = /\/\.?opencode\/(?:tool-output\/|plans\/)?\*$/;

/** What a server has in one directory. */
export interface Rules {
  readonly agents: readonly RawAgent[];
  /** Ids of all tools, twice where somebody's own took the name of a built-in one. undefined: it did not tell. */
  readonly tools: readonly string[] | undefined;
  /** Names of MCP servers that are not switched off. */
  readonly mcp: readonly string[];
}

export interface Verdict {
  readonly gate: AgentStatus['gate'];
  /** What runs without asking, each in words, with the agents that may: `shell commands like touch * (build)`. */
  readonly unasked: readonly string[];
}

/** `*` is any text, `?` any character; a pattern that ends in ` *` also matches what stands before the blank. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const whole = source.endsWith(' .*') ? `${source.slice(0, -3)}( .*)?` : source;
  return new RegExp(`^${whole}$`, 's').test(text);
}

/** The last rule that matches decides; where none does, the server asks. */
export function effectOf(
  rules: readonly PermissionRule[],
  permission: string,
  pattern: string,
): PermissionRule['action'] {
  const rule = rules.findLast((one) => matches(one.permission, permission) && matches(one.pattern, pattern));
  return rule?.action ?? 'ask';
}

/** Texts that a pattern matches, so different that another pattern which matches them all matches as much. */
function samplesOf(pattern: string): readonly string[] {
  const filled = ['', 'x', 'yy z', '/a/b.c', '-'].map((text) =>
    pattern.replaceAll('*', text).replaceAll('?', 'q'),
  );
  return pattern.endsWith(' *') ? [...filled, pattern.slice(0, -2)] : filled;
}

function covers(outer: string, inner: string): boolean {
  return outer === inner || samplesOf(inner).every((text) => matches(outer, text));
}

/** Patterns that are let through for a permission, and that no later rule takes back as a whole. */
function allowed(rules: readonly PermissionRule[], permission: string): readonly string[] {
  const relevant = rules.filter((rule) => matches(rule.permission, permission));
  const live = relevant.flatMap(({ action, pattern }, index) => {
    if (action !== 'allow') return [];
    const later = relevant.slice(index + 1).filter((rule) => rule.action !== 'allow');
    return later.some((rule) => covers(rule.pattern, pattern)) ? [] : [pattern];
  });
  const patterns = [...new Set(live)];
  return patterns.filter((inner) => !patterns.some((outer) => outer !== inner && covers(outer, inner)));
}

function namedActs({ permission: rules }: RawAgent): readonly string[] {
  return Object.entries(acts).flatMap(([act, words]) =>
    allowed(rules, act)
      .filter((pattern) => act !== 'external_directory' || !ownPlace.test(pattern))
      .map((pattern) => (pattern === '*' ? words : `${words} like ${pattern}`)),
  );
}

/** A tool that is not built in never asks: an agent has it, or has it not. */
function ownTools({ permission: rules }: RawAgent, tools: readonly string[] | undefined): readonly string[] {
  if (tools === undefined) return ['tools of plugins, which the server does not tell'];
  const own = tools.filter((id, index) => !builtInTools.has(id) || tools.indexOf(id) !== index);
  return [...new Set(own)]
    .filter((id) => {
      const rule = rules.findLast(({ permission }) => matches(permission, id));
      return rule?.action !== 'deny' || rule.pattern !== '*';
    })
    .map((id) => `the tool ${id}, which is not built in`);
}

/** Tools of MCP servers ask by their own names, `<server>_<tool>`. */
function mcpTools({ permission: rules }: RawAgent, servers: readonly string[]): readonly string[] {
  return servers.flatMap((server) => {
    const prefix = `${server.replace(/[^\w-]/g, '_')}_`;
    if (effectOf(rules, `${prefix}x`, '*') === 'allow') return [`tools of the MCP server ${server}`];
    return rules
      .filter(({ permission }) => permission.startsWith(prefix) && allowed(rules, permission).includes('*'))
      .map(({ permission }) => `the tool ${permission}`);
  });
}

function unaskedBy(agent: RawAgent, { tools, mcp }: Rules): readonly string[] {
  const secrets = effectOf(agent.permission, 'read', secretFile) === 'allow' ? ['reading .env files'] : [];
  return [...namedActs(agent), ...ownTools(agent, tools), ...mcpTools(agent, mcp), ...secrets];
}

/**
 * The gate is `off` where an agent runs any command or changes any file without asking, `partly` where something
 * narrower runs so. Agents that may not do a thing at all count as gated. Rules of a session can only be set by
 * its maker, and we set none; a sub-agent's session adds only what it may not do.
 */
export function gateOf(rules: Rules): Verdict {
  const { agents } = rules;
  if (agents.length === 0) return { gate: 'unknown', unasked: [] };
  const each = agents.map((agent) => ({ name: agent.name, acts: unaskedBy(agent, rules) }));
  const all = new Set(each.flatMap((agent) => agent.acts));
  const unasked = [...all].map((act) => {
    const names = each.filter((agent) => agent.acts.includes(act)).map(({ name }) => name);
    const who = names.length === agents.length && names.length > 1 ? 'every agent' : names.join(', ');
    return `${act} (${who})`;
  });
  const off = agents.some(({ permission }) =>
    wholeActs.some(([act, text]) => effectOf(permission, act, text) === 'allow'),
  );
  return { gate: off ? 'off' : unasked.length > 0 ? 'partly' : 'asks', unasked };
}
