/** Would a shell command ask? Read from the rules that the server tells for each agent; pure. */
import type { PermissionRule, Agent as RawAgent } from '@opencode-ai/sdk/v2';
import type { AgentStatus } from '../../core/agent.ts';

/** A command that no rule names: what holds for it holds for any. */
const plainCommand = 'dragoman-probe --plain';

interface Gate {
  readonly gate: AgentStatus['gate'];
  /** Agents that run shell commands unasked. */
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

/**
 * The gate holds where no agent that can do anyone's work, in a root session or as a sub-agent, runs a plain
 * command unasked. Agents that may not run commands at all count as gated. Hidden ones (title, summary) have no
 * tools. Rules of a session can only be set by its maker, and we set none.
 */
export function gateOf(agents: readonly RawAgent[]): Gate {
  const working = agents.filter((agent) => agent.hidden !== true);
  if (working.length === 0) return { gate: 'unknown', unasked: [] };
  const unasked = working
    .filter((agent) => effectOf(agent.permission, 'bash', plainCommand) === 'allow')
    .map((agent) => agent.name);
  return { gate: unasked.length === 0 ? 'asks' : 'off', unasked };
}
