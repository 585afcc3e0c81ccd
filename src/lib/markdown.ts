/** Markdown as a tree, the same for all platforms; `markdown-guard.ts` says what a text may cost. */
import type { Definition, Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { cjkFriendlyExtension } from 'micromark-extension-cjk-friendly';
import { gfmStrikethroughCjkFriendly } from 'micromark-extension-cjk-friendly-gfm-strikethrough';
import { gfm } from 'micromark-extension-gfm';
import { isAffordable, withFewMarks } from './markdown-guard.ts';

/** No call stack is as deep as a text can nest. */
const deepest = 60;

/** One `~` is a sign of its own: `3~5 days`, `~20 MB`. */
const strike = { singleTilde: false };
const extensions = [
  gfm(strike),
  // Emphasis that ends or begins beside a bracket or full stop of Chinese, Japanese and Korean, where no space stands.
  withFewMarks(cjkFriendlyExtension(), 'attentionSequence'),
  withFewMarks(gfmStrikethroughCjkFriendly(strike), 'strikethroughSequenceTemporary'),
];
const mdastExtensions = [gfmFromMarkdown()];

/**
 * The tree of a Markdown text with tables, task lists and strikethrough; undefined where it nests too deep, or would
 * take longer to read than a message may cost.
 */
export function parseMarkdown(markdown: string): Root | undefined {
  if (!isAffordable(markdown)) return undefined;
  const root = fromMarkdown(markdown, { extensions, mdastExtensions });
  return isDeep(root) ? undefined : root;
}

/** The tree of a text that is no Markdown: all its signs are shown. */
export function unread(text: string): Root {
  return { type: 'root', children: [{ type: 'paragraph', children: [{ type: 'text', value: text }] }] };
}

function isDeep(root: Root): boolean {
  let level: readonly Nodes[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    level = level.flatMap((node) => ('children' in node ? node.children : []));
  }
  return false;
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
