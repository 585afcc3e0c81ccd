import type { Definition, Nodes, Root, Text } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** Nobody nests so deep on purpose, and no call stack is as deep as a text can nest. */
const deepest = 60;
const nestedLine = new RegExp(`^(?:[ \\t]*(?:[-*+>]|\\d{1,9}[.)])){${deepest}}`, 'm');

/** What nests too deep is read as a text without marks. */
export function parse(markdown: string): Root {
  // Before parsing, which takes seconds for thousands of levels.
  if (nestedLine.test(markdown)) return unread(markdown);
  const root = fromMarkdown(markdown, {
    extensions: [gfm({ singleTilde: false })],
    mdastExtensions: [gfmFromMarkdown()],
  });
  return isDeep(root) ? unread(markdown) : root;
}

function unread(markdown: string): Root {
  const text: Text = { type: 'text', value: markdown };
  return { type: 'root', children: [{ type: 'paragraph', children: [text] }] };
}

function isDeep(root: Root): boolean {
  let level: readonly Nodes[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    level = level.flatMap((node) => ('children' in node ? node.children : []));
  }
  return false;
}

/** Addresses of links by reference. */
export function definitionsOf(root: Root): ReadonlyMap<string, string> {
  const found: Definition[] = [];
  const look = (node: Nodes): void => {
    if (node.type === 'definition') found.push(node);
    if ('children' in node) for (const child of node.children) look(child);
  };
  look(root);
  return new Map(found.toReversed().map(({ identifier, url }) => [identifier, url]));
}

/** All that a reader sees of it, without marks. */
export function textOf(node: Nodes): string {
  if ('value' in node) return node.value;
  if (node.type === 'break') return ' ';
  if (node.type === 'image' || node.type === 'imageReference') return node.alt || 'image';
  if (node.type === 'footnoteReference') return `[${node.label ?? node.identifier}]`;
  return 'children' in node ? node.children.map(textOf).join('') : '';
}

/**
 * Only the web is linked to: other schemes act within the app, or are not taken. Telegram drops a link to a host
 * without a dot or with unusual signs and keeps its text, which would then be searched for mentions.
 */
export function webAddress(url: string | undefined): string | undefined {
  return url !== undefined && webShape.test(url) && URL.canParse(url) ? url : undefined;
}

const webShape = /^https?:\/\/[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+(:\d+)?([/?#]|$)/iu;
