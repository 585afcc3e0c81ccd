/** What a text of Discord's means by its marks: people, channels, roles, signs and times by names, never by ids. Pure. */
import type { WireUser } from './wire.ts';

/** Names that a guild has told of. */
export interface Names {
  channel(id: string): string | undefined;
  role(id: string): string | undefined;
}

/** Whom a text names, and who is not named to the agent because it is the agent. */
export interface Naming {
  readonly mentions: readonly WireUser[];
  isUs(id: string): boolean;
  readonly names: Names;
}

/** Within code a mark is only its letters, as Discord shows it. */
const code = /(```[\s\S]*?```|``[^\n]+?``|`[^`\n]+`)/;

const marks =
  /<@!?(?<user>\d+)>|<@&(?<role>\d+)>|<#(?<channel>\d+)>|<a?:(?<sign>\w+):\d+>|<\/(?<command>[^:>\n]{1,100}):\d+>|<t:(?<time>-?\d{1,13})(?::[a-zA-Z])?>/g;

/** As a reader in Discord sees it, without the mention of us. */
export function named(content: string, naming: Naming): string {
  return content
    .split(code)
    .map((part, at) => (at % 2 === 1 ? part : part.replace(marks, (...found) => readable(found, naming))))
    .join('')
    .trim();
}

type Groups = Readonly<Partial<Record<'user' | 'role' | 'channel' | 'sign' | 'command' | 'time', string>>>;

function readable(found: readonly unknown[], { mentions, isUs, names }: Naming): string {
  const { user, role, channel, sign, command, time } = found.at(-1) as Groups;
  if (isUs(user ?? role ?? '')) return '';
  if (user !== undefined) return `@${nameOf(mentions.find(({ id }) => id === user)) ?? 'unknown-user'}`;
  if (role !== undefined) return `@${names.role(role) ?? 'unknown-role'}`;
  if (channel !== undefined) return `#${names.channel(channel) ?? 'unknown-channel'}`;
  if (sign !== undefined) return `:${sign}:`;
  return command === undefined ? timeText(Number(time)) : `/${command}`;
}

function nameOf(user: WireUser | undefined): string | undefined {
  return user && (user.global_name || user.username);
}

/** Discord shows it in the reader's own zone; the agent gets the one that needs none. `seconds` of the epoch. */
function timeText(seconds: number): string {
  const at = new Date(seconds * 1000);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Channels that a text names, for whoever has to ask for their names. */
export function channelsIn(content: string): readonly string[] {
  return [...content.matchAll(/<#(\d+)>/g)].flatMap(([, id]) => id ?? []);
}
