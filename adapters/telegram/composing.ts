import type { InlineKeyboardMarkup } from 'grammy/types';
import type { OutboundMessage } from '../../src/core/channel.ts';
import { userOf } from './address.ts';
import { footnoteRoom, longestMessage } from './capabilities.ts';
import { format, formatPlain } from './format.ts';
import { keyboardOf } from './keyboard.ts';
import { neutral } from './neutral.ts';
import { joined, marked, plain, type Styled, styled } from './styled.ts';

/** A message as Telegram shows it. */
export interface Composed extends Styled {
  readonly keyboard: InlineKeyboardMarkup | undefined;
}

/** Longest name that is mentioned. */
const nameLength = 60;

/** `name`: how the mentioned person is called, where that is known. Pure. */
export function compose(message: OutboundMessage, name: string | undefined): Composed {
  const body = format(message.markdown);
  const below = [footnoteOf(message), mentionOf(message, name)].filter(({ text }) => text !== '');
  const parts = [...(body.text === '' ? [] : [body]), joined(below, '\n')].filter(({ text }) => text !== '');
  const whole = joined(parts, '\n\n');
  return { ...(whole.text === '' ? plain('…') : whole), keyboard: keyboardOf(message.buttons) };
}

/** The same without marks: for a server that takes offence at one. */
export function composePlain(message: OutboundMessage): Composed {
  const text = [formatPlain(message.markdown).text, footnoteOf(message).text]
    .filter((part) => part !== '')
    .join('\n\n');
  return { ...plain(text.slice(0, longestMessage) || '…'), keyboard: keyboardOf(message.buttons) };
}

/** There is no small type: what is small print elsewhere is slanted here. */
function footnoteOf({ footnote = '' }: OutboundMessage): Styled {
  const text = neutral(footnote.trim());
  const most = footnoteRoom - nameLength - 10;
  return styled(plain(text.length > most ? `${text.slice(0, most - 1)}…` : text), 'italic');
}

function mentionOf({ mention }: OutboundMessage, name = 'For you'): Styled {
  const id = mention === undefined ? undefined : userOf(mention);
  if (id === undefined) return plain('');
  const shown = name.slice(0, nameLength).toWellFormed();
  return marked(plain(neutral(shown)), {
    type: 'text_mention',
    user: { id, is_bot: false, first_name: shown },
  });
}
