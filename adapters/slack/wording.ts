/** Text on its way in: Slack's markup as people wrote it. Pure. */

/** Names of people by id, as far as they are known. */
export type Names = (user: string) => string | undefined;

/** People whom a text mentions. */
export function mentioned(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g)].map(([, id]) => id ?? ''))];
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
  if (target.startsWith('@')) return `@${names(target.slice(1)) ?? (label || target.slice(1))}`;
  if (target.startsWith('#')) return `#${label || target.slice(1)}`;
  if (target.startsWith('!')) return group(target, label);
  const address = target.replace(/^mailto:/, '');
  const same = label === '' || label === address || target.replace(/^https?:\/\//, '') === label;
  return same ? address : `[${label}](${target})`;
}

/** `<!here>`, `<!subteam^S1|@team>`, `<!date^…|some day>`. */
function group(target: string, label: string): string {
  return label === '' ? `@${target.slice(1).replace(/^subteam\^/, '')}` : label;
}
