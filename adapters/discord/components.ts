/** What people can press below a message. Pure. */
import type { Button, Form, OutboundMessage } from '../../src/core/channel.ts';
import { clip } from '../../src/core/clip.ts';

/** What a component does; its `custom_id` is the first letter, a colon and the token, 66 characters at most. */
export type Control =
  | { readonly type: 'button'; readonly token: string }
  /** Opens the form of this token. */
  | { readonly type: 'form'; readonly token: string }
  /** Its choice is the answer to the form's only field. */
  | { readonly type: 'select'; readonly token: string };

const letters = { button: 'b', form: 'f', select: 's' } as const;

function customId({ type, token }: Control): string {
  return `${letters[type]}:${token}`;
}

export function controlOf(customId: string): Control | undefined {
  const token = customId.slice(2);
  if (customId[1] !== ':' || token === '') return undefined;
  for (const type of ['button', 'form', 'select'] as const)
    if (customId.startsWith(letters[type])) return { type, token };
  return undefined;
}

const kinds = { row: 1, button: 2, select: 3 } as const;
const styles = { primary: 1, plain: 2, danger: 4 } as const;

const mostOptions = 25;
const perRow = 5;
const mostRows = 5;

export interface Component {
  readonly type: number;
  readonly [key: string]: unknown;
}

export function componentsOf({ buttons, form }: OutboundMessage): readonly Component[] {
  const select = form === undefined ? undefined : selectOf(form);
  const opener =
    form === undefined || (select !== undefined && !ownText(form)) ? [] : [openerOf(form, select)];
  const all = [...buttons.map(buttonOf), ...opener];
  const rows: Component[] = select === undefined ? [] : [{ type: kinds.row, components: [select] }];
  for (let at = 0; at < all.length; at += perRow)
    rows.push({ type: kinds.row, components: all.slice(at, at + perRow) });
  return rows.slice(0, mostRows);
}

function buttonOf({ label, token, style, form }: Button): Component {
  const control: Control =
    form === undefined ? { type: 'button', token } : { type: 'form', token: form.token };
  return {
    type: kinds.button,
    style: styles[style],
    label: clippedLine(label, 80),
    custom_id: customId(control),
  };
}

function openerOf(form: Form, select: Component | undefined): Component {
  const label = clippedLine(select === undefined ? form.submit : 'Own answer', 80);
  const style = select === undefined ? styles.primary : styles.plain;
  return { type: kinds.button, style, label, custom_id: customId({ type: 'form', token: form.token }) };
}

function ownText({ fields: [field] }: Form): boolean {
  return field?.custom === true;
}

/** A form that asks for one choice is that choice, without a window. */
function selectOf(form: Form): Component | undefined {
  const [field, ...others] = form.fields;
  if (field === undefined || others.length > 0 || !choosable(field)) return undefined;
  return { ...choices(field), custom_id: customId({ type: 'select', token: form.token }) };
}

type Field = Form['fields'][number];

export function choosable({ options }: Field): boolean {
  return options.length > 0 && options.length <= mostOptions;
}

/** A select without its id; an option's value is its number. */
export function choices({ options, multiple }: Field): Component {
  return {
    type: kinds.select,
    placeholder: multiple ? 'Choose one or several' : 'Choose one',
    min_values: 1,
    max_values: multiple ? options.length : 1,
    options: options.map(({ label, description }, at) => ({
      label: clippedLine(label.trim() === '' ? `${at + 1}.` : label, 100),
      value: String(at),
      ...(description.trim() === '' ? {} : { description: clippedLine(description, 100) }),
    })),
  };
}

/** One line, at most so long. */
export function clippedLine(text: string, longest: number): string {
  return clip(text.replace(/\s+/g, ' ').trim(), longest);
}
