/**
 * A message of the gateway as Telegram takes it: text, small print, mention and keys, in three forms from rich to
 * plain.
 */
import type { InlineKeyboardMarkup, InputRichMessage, RichText } from 'grammy/types';
import type { OutboundMessage } from '../../src/core/channel.ts';
import { clip, headOf } from '../../src/core/clip.ts';
import { userOf } from './address.ts';
import { footnoteRoom, longestMessage } from './capabilities.ts';
import { format, formatPlain } from './format.ts';
import { buttonsOf, keyboardOf } from './keyboard.ts';
import { neutral } from './neutral.ts';
import { richOf } from './rich.ts';
import { joined, marked, plain, type Styled, styled } from './styled.ts';

/** A message as Telegram shows it. */
export interface Composed extends Styled {
  readonly keyboard: InlineKeyboardMarkup | undefined;
}

/** Longest name that is mentioned. */
const nameLength = 60;
/** Says whom it pings where we have not heard their name since the start. */
const unknownName = 'For you';

/** A message without anything to see is refused. */
const ink = /[^\s\p{Default_Ignorable_Code_Point}]/u;

/** `name`: how the mentioned person is called, where that is known. Pure. */
export function compose(message: OutboundMessage, name: string | undefined): Composed {
  const body = format(message.markdown);
  const below = [footnoteOf(message), mentionOf(message, name)].filter(({ text }) => text !== '');
  const parts = [...(body.text === '' ? [] : [body]), joined(below, '\n')].filter(({ text }) => text !== '');
  const whole = joined(parts, '\n\n');
  return { ...(ink.test(whole.text) ? whole : plain('…')), keyboard: keyboardOf(buttonsOf(message)) };
}

/** The same without marks: for a server that takes offence at one. undefined: so it is too long for a message. */
export function composePlain(message: OutboundMessage): Composed | undefined {
  const text = [formatPlain(message.markdown).text, footnoteOf(message).text]
    .filter((part) => part !== '')
    .join('\n\n');
  if (text.length > longestMessage) return undefined;
  return {
    ...plain(ink.test(text) ? text : '…'),
    keyboard: keyboardOf(buttonsOf(message)),
  };
}

/** undefined: blocks would show no more than marks do. */
export function composeRich(
  message: OutboundMessage,
  name: string | undefined,
): InputRichMessage | undefined {
  const small = footnoteText(message);
  const whom = mentionText(message, name);
  const both = small !== '' && whom !== '';
  return richOf(message.markdown, both ? [small, '\n', whom] : small === '' ? whom : small);
}

function mentionText({ mention }: OutboundMessage, name = unknownName): RichText {
  const id = mention === undefined ? undefined : userOf(mention);
  if (id === undefined) return '';
  const shown = shownName(name);
  return { type: 'text_mention', text: shown, user: { id, is_bot: false, first_name: shown } };
}

/** There is no small type: what is small print elsewhere is slanted here. */
function footnoteOf(message: OutboundMessage): Styled {
  return styled(plain(neutral(footnoteText(message))), 'italic');
}

function footnoteText({ footnote = '' }: OutboundMessage): string {
  const text = footnote.trim();
  // What makes it neutral makes it at most twice as long.
  const most = (footnoteRoom - 2 * nameLength - 10) / 2;
  return clip(text, most);
}

function mentionOf({ mention }: OutboundMessage, name = unknownName): Styled {
  const id = mention === undefined ? undefined : userOf(mention);
  if (id === undefined) return plain('');
  const shown = shownName(name);
  return marked(plain(neutral(shown)), {
    type: 'text_mention',
    user: { id, is_bot: false, first_name: shown },
  });
}

function shownName(name: string): string {
  return headOf(name, nameLength);
}
