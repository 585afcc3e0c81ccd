/** A channel or a thread as a person sees it. */
import { isObject, listOf } from './blocks.ts';
import { actsOfMarkdown, actsOfMarkup, readMarkdown } from './markdown.ts';
import { buttonsOf } from './people.ts';
import { type FakeMessage, type Json, messagesOf, type World } from './world.ts';

/** Everybody's view, or what one person sees: their own whispers included. */
export interface Look {
  readonly channel: string;
  readonly thread?: string;
  readonly viewer?: string;
}

/** `Name: text | small print | [button] [button] (file)`, from top to bottom. */
export function screen(world: World, { channel, thread, viewer }: Look): readonly string[] {
  return messagesOf(world, channel, thread)
    .filter(({ onlyFor }) => onlyFor === undefined || onlyFor === viewer)
    .map((message) => {
      const name = world.users.get(message.user)?.name ?? message.user;
      const files = message.files.map(({ name, id }) => ` (${String(name ?? id)})`).join('');
      const only = message.onlyFor === undefined ? '' : ' (only to you)';
      return `${name}${only}: ${shown(world, message)}${files}${message.edited === undefined ? '' : ' (edited)'}`;
    });
}

/** Text and small print, without buttons. */
export function messageText(world: World, { text, blocks }: FakeMessage): string {
  if (blocks.length === 0) return decoded(world, text);
  return blocks
    .filter(({ type }) => type !== 'actions')
    .map((block) => blockText(world, block))
    .join('\n');
}

/** The text of one message, without its author. */
function shown(world: World, message: FakeMessage): string {
  if (message.blocks.length === 0) return decoded(world, message.text);
  return message.blocks
    .map((block) => blockText(world, block))
    .filter((text) => text !== '')
    .join(' | ');
}

function blockText(world: World, block: Json): string {
  switch (block['type']) {
    case 'markdown':
      return readMarkdown(String(block['text']));
    case 'section':
    case 'header':
      return isObject(block['text']) ? objectText(world, block['text']) : '';
    case 'context':
      return listOf(block['elements'])
        .map((element) => objectText(world, element))
        .join(' ');
    case 'actions':
      return buttonsOf({ blocks: [block] })
        .map(({ label }) => `[${label}]`)
        .join(' ');
    default:
      return '';
  }
}

function objectText(world: World, text: Json): string {
  return text['type'] === 'mrkdwn' ? decoded(world, String(text['text'])) : String(text['text']);
}

function decoded(world: World, text: string): string {
  return text
    .replace(/<@([UW]\w+)>/g, (_, id: string) => `@${world.users.get(id)?.name ?? id}`)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** What a message does beside being read: whom it rings for, where it leads, what it has fetched. */
export function acts(message: FakeMessage): readonly string[] {
  if (message.blocks.length === 0) return actsOfMarkup(message.text);
  return message.blocks.flatMap((block) => {
    if (block['type'] === 'markdown') return actsOfMarkdown(String(block['text']));
    const texts = [block['text'], ...listOf(block['elements'])].filter((text) => isObject(text));
    return texts.filter(({ type }) => type === 'mrkdwn').flatMap(({ text }) => actsOfMarkup(String(text)));
  });
}
