import type { Definition, Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

export function parse(markdown: string): Root {
  return fromMarkdown(markdown, {
    extensions: [gfm({ singleTilde: false })],
    mdastExtensions: [gfmFromMarkdown()],
  });
}

/** Addresses of links by reference; the first of a name counts. */
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
