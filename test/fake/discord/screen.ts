/** A channel or a thread as a person sees it. */
import { type FakeMessage, type Json, messagesOf, messageType, type World } from './world.ts';

/** Everybody's view, or what one person sees: what is for them only included. */
export interface Look {
  readonly channel: string;
  readonly viewer?: string;
}

/** `Name: text | {file name} | [button] [button] | {select: option, option}`, from top to bottom. */
export function screen(world: World, { channel, viewer }: Look): readonly string[] {
  return messagesOf(world, channel)
    .filter(({ onlyFor }) => onlyFor === undefined || onlyFor === viewer)
    .map((one) => (one.type === messageType.starter ? firstOf(world, one) : one))
    .map((message) => {
      const name = world.users.get(message.author)?.name ?? message.author;
      const only = message.onlyFor === undefined ? '' : ' (only to you)';
      return `${name}${only}: ${shown(world, message)}`;
    });
}

/** A thread shows the message that it began from above all others. */
function firstOf(world: World, { reference = '' }: FakeMessage): FakeMessage {
  const first = world.messages.get(reference);
  if (first === undefined) throw new Error(`there is no message ${reference}`);
  return first;
}

/** The text, files and controls of one message. */
function shown(world: World, message: FakeMessage): string {
  const controls = message.components.map((row) =>
    ((row['components'] ?? []) as readonly Json[]).map(control).join(' '),
  );
  const passed = world.messages.get(message.passesOn ?? '');
  const files = [...message.attachments, ...(passed?.attachments ?? [])].map(({ name }) => `{file ${name}}`);
  const text = passed === undefined ? message.content : `(forwarded) ${passed.content}`;
  return [readable(world, text), files.join(' '), ...controls].filter((part) => part !== '').join(' | ');
}

function control(part: Json): string {
  if (part['type'] === 2) return `[${part['label']}]`;
  const options = (part['options'] as readonly Json[]).map(({ label }) => label).join(', ');
  return `{${part['placeholder']}: ${options}}`;
}

/**
 * Marks of the dialect are left as they are, but for what people never see: a backslash before a mark, and what
 * stands between the angle brackets of a mention.
 */
function readable(world: World, content: string): string {
  return content
    .split(/(```[\s\S]*?```|``[^\n]+?``|`[^`\n]+`)/)
    .map((part, at) => (at % 2 === 1 ? part : visible(world, part)))
    .join('');
}

function visible(world: World, text: string): string {
  return text.replace(/\\([^0-9A-Za-z\s])|<(https?:\/\/[^\s>]+)>|<@!?(\d+)>/g, (_, mark, url, user) => {
    if (mark !== undefined) return mark;
    if (url !== undefined) return url;
    return `@${world.users.get(user)?.name ?? 'unknown-user'}`;
  });
}

/** The words alone, as they are read: no marks, no backslashes, nothing that cannot be seen. */
export function plain(world: World, content: string): string {
  return content
    .split(/(```[\w+#.-]*\n[\s\S]*?```|``[^\n]+?``|`[^`\n]+`)/)
    .map((part, at) => (at % 2 === 1 ? codeOf(part) : visible(world, withoutMarks(part))))
    .join('')
    .replaceAll('\u200b', '')
    .trim();
}

function codeOf(part: string): string {
  return part.startsWith('```')
    ? part.replace(/^```[^\n]*\n/, '').replace(/\n?```$/, '')
    : part.replace(/^`+ ?| ?`+$/g, '');
}

function withoutMarks(text: string): string {
  return text
    .replace(/^(#{1,3} |-# |> )/gm, '')
    .replace(/\[((?:\\.|[^\]\\])*)\]\(<[^>]*>\)/g, '$1')
    .replace(/(\\[^0-9A-Za-z\s])|\*{1,3}|~~|__|\|\|/g, (_, escaped) => escaped ?? '');
}
