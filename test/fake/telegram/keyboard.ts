import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';
import { objectOf, type Parameters } from './parameters.ts';
import { bad } from './refusal.ts';

export interface Markup {
  readonly keyboard: InlineKeyboardMarkup | undefined;
  /** The person’s client is to begin a reply at once. */
  readonly asksReply: boolean;
}

const styles = new Set(['danger', 'success', 'primary']);
const mostButtons = 100;
const mostInRow = 8;
const longestData = 64;

interface Given {
  readonly inline_keyboard?: InlineKeyboardButton[][];
  readonly force_reply?: boolean;
}

export function markupOf(parameters: Parameters): Markup {
  const given = objectOf<Given>(parameters, 'reply_markup');
  const asksReply = given?.force_reply === true;
  const rows = given?.inline_keyboard?.filter((row) => row.length > 0) ?? [];
  if (rows.length === 0) return { keyboard: undefined, asksReply };
  if (rows.flat().length > mostButtons) throw bad('REPLY_MARKUP_TOO_LONG');
  if (rows.some((row) => row.length > mostInRow)) throw bad('REPLY_MARKUP_TOO_LONG');
  for (const button of rows.flat()) check(button);
  return { keyboard: { inline_keyboard: rows }, asksReply };
}

function check(button: InlineKeyboardButton): void {
  if (typeof button.text !== 'string' || button.text === '')
    throw bad("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard");
  if (button.style !== undefined && !styles.has(button.style))
    throw bad("can't parse inline keyboard button: invalid button style specified");
  const kinds = ['callback_data', 'url', 'copy_text', 'disabled', 'web_app', 'switch_inline_query'];
  if (!kinds.some((kind) => kind in button))
    throw bad("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard");
  if (!('callback_data' in button)) return;
  const bytes = Buffer.byteLength(button.callback_data);
  if (bytes < 1 || bytes > longestData) throw bad('BUTTON_DATA_INVALID');
}
