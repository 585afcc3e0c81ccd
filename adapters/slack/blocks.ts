/** A message as Slack's blocks, which show no "(edited)" mark, and the text beside them. Pure. */
import type { types } from '@slack/bolt';
import type { Button, Form, OutboundMessage } from '../../src/core/channel.ts';
import { clip } from '../../src/core/clip.ts';
import { escapedMrkdwn, fallback } from './format.ts';
import { userOf } from './inbound.ts';
import { markup, markupPieces } from './markup.ts';
import { neutral } from './neutral.ts';

export interface Content {
  readonly text: string;
  /** Empty: the text is all that is shown. */
  readonly blocks: types.KnownBlock[];
}

const longestLabel = 75;
const longestSmallPrint = 2000;
const mostButtons = 25;
const longestSection = 3000;
const mostSections = 45;
/** A post takes 40,000 characters of `text`, and cuts what is longer without a word. */
const longestText = 39_000;

/** What a button that opens a form carries; see `forms.ts`. */
export type Packed = (form: Form) => string;

/**
 * The forms of a message, the richest first: Markdown as Slack reads it, then Slack's own markup in sections, then the
 * words alone, where no button is lost with them that somebody must press. Each is made when it is needed.
 */
export function formsOfContent(
  message: OutboundMessage,
  pack: Packed,
): readonly [() => Content, ...(() => Content)[]] {
  const { markdown, kind } = message;
  const below = belowOf(message, pack);
  const text = fallback(markdown);
  const rich = () => ({ text, blocks: atLeast([...richBlocks(markdown), ...below]) });
  const plain = () => ({ text, blocks: atLeast([...sections(markdown), ...below]) });
  const bare = () => ({ text: bareText(message), blocks: [] });
  return kind === 'request' ? [rich, plain] : [rich, plain, bare];
}

function richBlocks(markdown: string): types.KnownBlock[] {
  const text = neutral(markdown);
  return text.trim() === '' ? [] : [{ type: 'markdown', text }];
}

function atLeast(blocks: types.KnownBlock[]): types.KnownBlock[] {
  return blocks.length > 0 ? blocks : [{ type: 'markdown', text: '…' }];
}

function sections(markdown: string): types.KnownBlock[] {
  const pieces = markupPieces(markup(markdown, longestText), longestSection);
  return pieces
    .slice(0, mostSections)
    .map((text) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true }, expand: true }));
}

function bareText({ markdown, footnote, mention }: OutboundMessage): string {
  const lines = [
    ...(mention === undefined ? [] : [`<@${escapedMrkdwn(userOf(mention))}>`]),
    escapedMrkdwn(markdown),
    ...(footnote === undefined ? [] : [escapedMrkdwn(footnote)]),
  ];
  return clip(lines.join('\n').trim(), longestText) || '…';
}

/** What stands below the words: buttons and small print. */
function belowOf(message: OutboundMessage, pack: Packed): types.KnownBlock[] {
  const { footnote, mention, form, buttons } = message;
  const elements = [
    ...buttons.map((button, at) => buttonOf(button, at, pack)),
    ...(form === undefined
      ? []
      : [opener(form, { label: form.title, style: 'primary' }, buttons.length, pack)]),
  ];
  const small = smallPrint(footnote, mention);
  return [
    ...chunked(elements, mostButtons).map((part) => ({ type: 'actions' as const, elements: part })),
    ...(small.length === 0 ? [] : [{ type: 'context' as const, elements: small }]),
  ];
}

/** Plain text needs no escapes; the one mention that may ping stands alone in Slack's markup. */
function smallPrint(
  footnote: string | undefined,
  mention: string | undefined,
): (types.MrkdwnElement | types.PlainTextElement)[] {
  return [
    ...(mention === undefined
      ? []
      : [{ type: 'mrkdwn' as const, text: `<@${escapedMrkdwn(userOf(mention))}>` }]),
    ...(footnote === undefined || footnote.trim() === ''
      ? []
      : [{ type: 'plain_text' as const, text: clip(footnote, longestSmallPrint), emoji: false }]),
  ];
}

function buttonOf(button: Button, at: number, pack: Packed): types.Button {
  const { label, token, style, form } = button;
  if (form !== undefined) return opener(form, { label, style }, at, pack);
  return element(`press:${at}`, label, style, token);
}

function opener(
  form: Form,
  { label, style }: Pick<Button, 'label' | 'style'>,
  at: number,
  pack: Packed,
): types.Button {
  return element(`form:${at}`, label, style, pack(form));
}

function element(action: string, label: string, style: Button['style'], value: string): types.Button {
  return {
    type: 'button',
    action_id: action,
    text: { type: 'plain_text', text: clip(label, longestLabel) || '…', emoji: false },
    value,
    ...(style === 'plain' ? {} : { style }),
  };
}

function chunked<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) =>
    list.slice(at * size, (at + 1) * size),
  );
}
