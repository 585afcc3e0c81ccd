/** Words, links and code within a line, as Discord writes them. Pure. */
import type { PhrasingContent } from 'mdast';
import { textOf } from '../../src/lib/markdown.ts';
import { inlineCode, linked, neutral, plainAddress } from './neutral.ts';

export type Definitions = ReadonlyMap<string, string>;

export function inline(nodes: readonly PhrasingContent[], definitions: Definitions): string {
  return nodes.map((node) => phrase(node, definitions)).join('');
}

function phrase(node: PhrasingContent, definitions: Definitions): string {
  switch (node.type) {
    case 'text':
    case 'html':
      return neutral(node.value);
    case 'strong':
      return wrapped('**', inline(node.children, definitions));
    case 'emphasis':
      return wrapped('*', inline(node.children, definitions));
    case 'delete':
      return wrapped('~~', inline(node.children, definitions));
    case 'inlineCode':
      return inlineCode(node.value);
    case 'break':
      return '\n';
    case 'link':
      return link(node.url, textOf(node), inline(node.children, definitions));
    case 'linkReference':
      return link(definitions.get(node.identifier), textOf(node), inline(node.children, definitions));
    case 'image':
      return link(node.url, textOf(node), neutral(textOf(node)));
    case 'imageReference':
      return link(definitions.get(node.identifier), textOf(node), neutral(textOf(node)));
    case 'footnoteReference':
      return neutral(textOf(node));
  }
}

/** Marks hold no blank at their edges. */
function wrapped(mark: string, text: string): string {
  const [, before = '', middle = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  return middle === '' ? text : `${before}${mark}${middle}${mark}${after}`;
}

/**
 * An address shown as a text that looks like another address is shown as both, and so is one behind which Discord
 * makes no link: a reader would see a label that leads nowhere.
 */
function link(url: string | undefined, text: string, label: string): string {
  if (url === undefined || url === '') return label;
  const bare = (address: string) => address.replace(/^(https?:\/\/|mailto:)?/i, '').replace(/\/$/, '');
  const same = bare(url) === bare(text.trim());
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    return same ? label : `${label}${text.trim() === '' ? '' : ' '}(${inlineCode(url)})`;
  if (text.trim() === '' || same) return linked(url);
  if (!canBeMasked(url)) return `${label} (${linked(url)})`;
  const disguise = /:\/\/|\w\.[a-z]{2,}/i.test(text);
  return disguise ? `${label} (${linked(url)})` : `[${label.replaceAll('\n', ' ')}](<${plainAddress(url)}>)`;
}

/** Discord hides only addresses of public names behind a label; of `http://localhost:3000` it shows the brackets. */
function canBeMasked(url: string): boolean {
  return /\.[a-z]{2,}\.?$/i.test(new URL(url).hostname);
}
