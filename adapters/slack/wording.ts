/** Text on its way in: Slack's markup as people wrote it. Pure. */

/** Names by id, as far as they are known. */
export interface Names {
  person(id: string): string | undefined;
  channel(id: string): string | undefined;
  group(id: string): string | undefined;
}

/** Whom and what a text mentions without saying the name. */
export interface Mentions {
  readonly people: readonly string[];
  readonly channels: readonly string[];
  readonly groups: readonly string[];
}

export function mentionsIn(text: string): Mentions {
  return {
    people: idsIn(text, /<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g),
    channels: idsIn(text, /<#([CGD][A-Z0-9]+)\|?>/g),
    groups: idsIn(text, /<!subteam\^(S[A-Z0-9]+)\|?>/g),
  };
}

function idsIn(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, id]) => id ?? ''))];
}

/** The mention of the bot with the space and the comma beside it is taken out, all else is written out. */
export function readable(text: string, self: string, names: Names): string {
  const mention = `<@${self}(?:\\|[^>]*)?>`;
  return text
    .replace(new RegExp(`^\\s*${mention}[,:]?\\s*`), '')
    .replace(new RegExp(`\\s*${mention}`, 'g'), '')
    .replace(/<([^<>]+)>/g, (_, inner: string) => sequence(inner, names))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

function sequence(inner: string, names: Names): string {
  const bar = inner.indexOf('|');
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? '' : inner.slice(bar + 1);
  // An id says nothing to a person, nor to the agent.
  if (target.startsWith('@')) return `@${names.person(target.slice(1)) ?? (label || 'somebody')}`;
  if (target.startsWith('#'))
    return `#${label || (names.channel(target.slice(1)) ?? 'a-channel-out-of-sight')}`;
  if (target.startsWith('!')) return group(target, label, names);
  const address = target.replace(/^mailto:/, '');
  const same = label === '' || label === address || target.replace(/^https?:\/\//, '') === label;
  return same ? address : `[${label}](${target})`;
}

/** `<!here>`, `<!subteam^S1|@team>`, `<!date^…|some day>`. */
function group(target: string, label: string, names: Names): string {
  if (label !== '') return label;
  const [, id] = /^!subteam\^(.*)$/.exec(target) ?? [];
  return `@${id === undefined ? target.slice(1) : (names.group(id) ?? 'a-group')}`;
}
