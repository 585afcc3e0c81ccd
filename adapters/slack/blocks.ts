/** A message as Slack's blocks, which show no "(edited)" mark, and the text beside them. Pure. */
import type { types } from '@slack/bolt';
import type { Button, Form, OutboundMessage } from '../../src/core/channel.ts';
import { clip } from '../../src/core/clip.ts';
import { escapedMrkdwn, fallback } from './format.ts';
import { userOf } from './inbound.ts';
import { neutral } from './neutral.ts';

export interface Content {
  readonly text: string;
  readonly blocks: types.KnownBlock[];
}

const longestLabel = 75;
const longestSmallPrint = 2000;
const mostButtons = 25;

/** What a button that opens a form carries; see `forms.ts`. */
export type Packed = (form: Form) => string;

export function contentOf(message: OutboundMessage, pack: Packed): Content {
  const { markdown, footnote, mention, form, buttons } = message;
  const text = neutral(markdown);
  const elements = [
    ...buttons.map((button, at) => buttonOf(button, at, pack)),
    ...(form === undefined
      ? []
      : [opener(form, { label: form.title, style: 'primary' }, buttons.length, pack)]),
  ];
  const small = smallPrint(footnote, mention);
  const blocks: types.KnownBlock[] = [
    ...(text.trim() === '' ? [] : [{ type: 'markdown' as const, text }]),
    ...chunked(elements, mostButtons).map((part) => ({ type: 'actions' as const, elements: part })),
    ...(small.length === 0 ? [] : [{ type: 'context' as const, elements: small }]),
  ];
  if (blocks.length === 0) blocks.push({ type: 'markdown', text: '…' });
  return { text: fallback(markdown), blocks };
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
