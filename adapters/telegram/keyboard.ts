import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';
import type { Button, OutboundMessage } from '../../src/core/channel.ts';

/** Characters that stand beside one another on a phone; a longer label has a row of its own. */
const rowLength = 28;
const mostInRow = 4;

const styles = { primary: { style: 'primary' }, danger: { style: 'danger' }, plain: {} } as const;

/** Every button that a message shows: one that opens a form carries its token, and an open form has one too. */
export function buttonsOf({ buttons, form }: OutboundMessage): readonly Button[] {
  const shown = buttons.map((button) =>
    button.form === undefined ? button : { ...button, token: button.form.token },
  );
  return form === undefined ? shown : [...shown, { label: form.submit, token: form.token, style: 'primary' }];
}

/** Rows in which labels fit. undefined: no buttons. */
export function keyboardOf(buttons: readonly Button[]): InlineKeyboardMarkup | undefined {
  if (buttons.length === 0) return undefined;
  const rows: InlineKeyboardButton[][] = [];
  for (const { label, token, style } of buttons) {
    const button = { text: label, callback_data: token, ...styles[style] };
    const row = rows.at(-1);
    if (row !== undefined && row.length < mostInRow && lengthOf(row) + label.length <= rowLength)
      row.push(button);
    else rows.push([button]);
  }
  return { inline_keyboard: rows };
}

/** Each button costs its label and the space around it. */
function lengthOf(row: readonly InlineKeyboardButton[]): number {
  return row.reduce((sum, { text }) => sum + text.length + 2, 0);
}
