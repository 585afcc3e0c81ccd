/** Markdown as HTML of which nothing acts: what a model writes meets the page that can drive an agent. */
import type { Element, ElementContent, Nodes, Properties, Root } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { toHast } from 'mdast-util-to-hast';
import { parseMarkdown } from '../../src/lib/markdown.ts';
import { codeBlock, element } from './code.ts';

export interface FormatOptions {
  /** A line break in the source breaks the line, as people expect of lists of short lines. */
  readonly breaks: boolean;
}

/**
 * Markdown as HTML that is safe to insert: only the elements and attributes below, links to the web and to mail,
 * no image is fetched, and HTML in the source is shown as text. Pure.
 */
export function format(markdown: string, options: FormatOptions = { breaks: false }): string {
  const source = parseMarkdown(markdown);
  if (source === undefined) return toHtml(codeBlock('', markdown));
  const tree = toHast(source, {
    handlers: { html: (_state, node: { readonly value: string }) => ({ type: 'text', value: node.value }) },
  });
  const root: Root = { type: 'root', children: cleanAll(childrenOf(tree), options) };
  return toHtml(root);
}

const kept = new Set(
  'p br hr em strong del code pre blockquote ul ol li table thead tbody tr th td a input'.split(' '),
);

/** Attributes that an element may keep; no class, id, style or handler is among them. */
const attributes: Readonly<Record<string, readonly string[]>> = {
  ol: ['start'],
  th: ['align'],
  td: ['align'],
  input: ['type', 'checked', 'disabled'],
};

function cleanAll(nodes: readonly Nodes[], options: FormatOptions): ElementContent[] {
  return nodes.flatMap((node) => clean(node, options));
}

function clean(node: Nodes, options: FormatOptions): ElementContent[] {
  if (node.type === 'text') return options.breaks ? brokenLines(node.value) : [node];
  if (node.type !== 'element') return [];
  const special = cleaners[node.tagName];
  if (special !== undefined) return special(node, options);
  const children = cleanAll(node.children, options);
  return kept.has(node.tagName) ? [element(node.tagName, allowed(node), children)] : children;
}

/** Blocks that run in the direction of their own words, whatever stands around them. */
const directed = new Set('p ul ol li blockquote th td'.split(' '));

/** The thread's title is the heading above those of its messages. */
const heading = (level: number) => (node: Element, options: FormatOptions) => [
  element(`h${level}`, { dir: 'auto' }, cleanAll(node.children, options)),
];

const cleaners: Readonly<Record<string, (node: Element, options: FormatOptions) => ElementContent[]>> = {
  h1: heading(2),
  h2: heading(3),
  h3: heading(4),
  h4: heading(5),
  h5: heading(6),
  h6: heading(6),
  a: (node, options) => [link(node.properties['href'], cleanAll(node.children, options))],
  img: (node) => [link(node.properties['src'], [{ type: 'text', value: imageText(node.properties) }])],
  pre: (node) => [preformatted(node)],
  table: (node, options) => [
    element('div', { className: ['table'], tabIndex: 0 }, [
      element('table', {}, cleanAll(node.children, options)),
    ]),
  ],
  input: ({ properties: { checked } }) => [
    element(
      'input',
      {
        type: 'checkbox',
        disabled: true,
        checked: checked === true,
        ariaLabel: checked === true ? 'done' : 'open',
      },
      [],
    ),
  ],
  li: (node, options) => [
    element(
      'li',
      { ...(isTask(node) ? { className: ['task'] } : {}), dir: 'auto' },
      cleanAll(node.children, options),
    ),
  ],
};

function allowed(node: Element): Properties {
  const names = attributes[node.tagName] ?? [];
  const own = Object.fromEntries(names.map((name) => [name, node.properties[name]]));
  return directed.has(node.tagName) ? { ...own, dir: 'auto' } : own;
}

/**
 * A link that opens elsewhere and tells nothing of us. Any other address leads nowhere here, so that it is shown behind
 * its label: a file with its line is what the reader is to look up.
 */
function link(address: unknown, children: ElementContent[]): Element {
  if (typeof address !== 'string' || !/^(https?:\/\/|mailto:)/i.test(address)) {
    const label = children.map(textOf).join('');
    if (typeof address !== 'string' || address === '' || readableAddress(address) === label)
      return element('span', {}, children);
    const code = element('code', {}, [{ type: 'text', value: readableAddress(address) }]);
    return element('span', {}, [
      ...children,
      { type: 'text', value: ' (' },
      code,
      { type: 'text', value: ')' },
    ]);
  }
  return element('a', { href: address, target: '_blank', rel: ['noopener', 'noreferrer'] }, children);
}

/** Without the escapes that an address of the web needs. */
function readableAddress(address: string): string {
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
}

function imageText(properties: Properties): string {
  const text = properties['alt'];
  return typeof text === 'string' && text !== '' ? text : 'image';
}

function preformatted(node: Element): Element {
  const code = node.children.find((child) => child.type === 'element');
  const classes = code?.type === 'element' ? code.properties['className'] : undefined;
  const name = Array.isArray(classes)
    ? classes.map(String).find((each) => each.startsWith('language-'))
    : undefined;
  return codeBlock(name?.slice('language-'.length) ?? '', textOf(node));
}

function isTask(node: Element): boolean {
  const classes = node.properties['className'];
  return Array.isArray(classes) && classes.includes('task-list-item');
}

function textOf(node: Nodes): string {
  if (node.type === 'text') return node.value;
  return childrenOf(node).map(textOf).join('');
}

function childrenOf(node: Nodes): readonly Nodes[] {
  return 'children' in node ? node.children : [];
}

function brokenLines(text: string): ElementContent[] {
  if (text === '\n') return [];
  return text.split('\n').flatMap((line, index) => {
    const shown: ElementContent = { type: 'text', value: line };
    return index === 0 ? [shown] : [element('br', {}, []), shown];
  });
}
