/** A channel or a thread as a person sees it. */
import { isObject, listOf } from './blocks.ts';
import { buttonsOf } from './people.ts';
import { type FakeMessage, type Json, messagesOf, type World } from './world.ts';

/** Everybody's view, or what one person sees: their own whispers included. */
export interface Look {
  readonly channel: string;
  readonly thread?: string;
  readonly viewer?: string;
}

/** `Name: text | small print | [button] [button]`, from top to bottom. */
export function screen(world: World, { channel, thread, viewer }: Look): readonly string[] {
  return messagesOf(world, channel, thread)
    .filter(({ onlyFor }) => onlyFor === undefined || onlyFor === viewer)
    .map((message) => {
      const name = world.users.get(message.user)?.name ?? message.user;
      const only = message.onlyFor === undefined ? '' : ' (only to you)';
      return `${name}${only}: ${shown(world, message)}${message.edited === undefined ? '' : ' (edited)'}`;
    });
}

/** The text of one message, without its author. */
export function shown(world: World, message: FakeMessage): string {
  if (message.blocks.length === 0) return decoded(world, message.text);
  return message.blocks
    .map((block) => blockText(world, block))
    .filter((text) => text !== '')
    .join(' | ');
}

function blockText(world: World, block: Json): string {
  switch (block['type']) {
    case 'markdown':
      return markdownText(world, String(block['text']));
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

/** Entities are read outside code only. Zero-width spaces cannot be seen. */
function markdownText(world: World, text: string): string {
  return text
    .split(/(```[\s\S]*?(?:```|$)|`[^`\n]*`)/)
    .map((part, at) => (at % 2 === 1 ? part : decoded(world, part)))
    .join('')
    .replaceAll('\u200b', '');
}

function decoded(world: World, text: string): string {
  return text
    .replace(/<@([UW]\w+)>/g, (_, id: string) => `@${world.users.get(id)?.name ?? id}`)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** Whom a message rings for: people, and groups by their sign. The platform reads them in every dialect but plain text. */
export function pings(message: FakeMessage): readonly string[] {
  const live =
    message.blocks.length === 0 ? [message.text] : message.blocks.flatMap((block) => liveText(block));
  return live.flatMap((text) => [...text.matchAll(/<([@!#][^>]+)>/g)].map(([, what]) => what ?? ''));
}

function liveText(block: Json): readonly string[] {
  if (block['type'] === 'markdown') return [String(block['text'])];
  const texts = [block['text'], ...listOf(block['elements'])].filter((text) => isObject(text));
  return texts.filter(({ type }) => type === 'mrkdwn').map(({ text }) => String(text));
}
