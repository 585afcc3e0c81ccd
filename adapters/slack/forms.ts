/**
 * A form is a modal, opened by a button. What the modal asks travels in the button itself, so that it opens after a
 * restart as well; where it is too long for that, it is kept in a document and the button names it. Either way the
 * form's own token is what the gateway trusts.
 */
import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { Documents, Form, FormField, FormOption } from '../../src/core/channel.ts';
import { clip } from '../../src/core/clip.ts';
import { createForms, formShape } from '../../src/lib/forms.ts';
import type { SubmissionWire } from './wire.ts';

/** Longest value of a button. */
const longestValue = 2000;
/** The modal's private metadata takes 3,000; beside the value, in quotes, it names the message. */
const longestQuoted = 2700;
/** No card is open for longer than this, milliseconds. */
const keptMs = 7 * 24 * 3_600_000;

const packedShape = z.union([z.object({ form: formShape }), z.object({ document: z.string() })]);

/** What the button of a form carries. */
export function packed(form: Form): string {
  const whole = JSON.stringify({ form });
  const fits = whole.length <= longestValue && JSON.stringify(whole).length <= longestQuoted;
  return fits ? whole : JSON.stringify({ document: form.token });
}

/** Keeps the forms of a message that its buttons cannot carry. To be called before it is posted. */
export async function keep(documents: Documents, forms: readonly Form[], now: number): Promise<void> {
  const long = forms.filter((form) => packed(form).startsWith('{"document"'));
  await createForms(documents, keptMs).keep(long, now);
}

/** `undefined`: it is no longer known. */
export async function unpacked(documents: Documents, value: string): Promise<Form | undefined> {
  const carried = packedShape.safeParse(json(value));
  if (!carried.success) return undefined;
  if ('form' in carried.data) return carried.data.form;
  return createForms(documents, keptMs).get(carried.data.document);
}

/** Forgets forms that nobody can answer any more. */
export async function prune(documents: Documents, now: number): Promise<void> {
  await createForms(documents, keptMs).prune(now);
}

const originShape = z.object({
  packed: z.string(),
  channel: z.string(),
  thread: z.string(),
  message: z.string(),
});

/** What a modal remembers of the message that opened it. */
export type ModalOrigin = z.infer<typeof originShape>;

export function modalOriginOf({ view }: SubmissionWire): ModalOrigin | undefined {
  const origin = originShape.safeParse(json(view.private_metadata));
  return origin.success ? origin.data : undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a modal takes: characters of a text, and choices in a list. */
const longest = { title: 24, label: 2000, option: 75, text: 3000 } as const;
const most = { radio: 10, select: 100 } as const;

/** The name by which a modal's submission is known. */
export const callback = 'form';

export function modalOf(form: Form, origin: ModalOrigin): types.ModalView {
  return {
    type: 'modal',
    callback_id: callback,
    private_metadata: JSON.stringify(origin),
    title: plain(form.title, longest.title),
    submit: plain(form.submit, longest.title),
    close: plain('Cancel', longest.title),
    blocks: form.fields.flatMap(inputsOf),
  };
}

/** With a choice and an own answer either one will do, which is checked when the form is submitted. */
function inputsOf(field: FormField): types.InputBlock[] {
  const { id, label, options, custom, required } = field;
  if (options.length === 0) return [input(id, label, textElement, !required)];
  const chosen = input(id, label, choiceElement(field), !required || custom);
  return custom ? [chosen, input(ownId(id), 'Or in your own words', textElement, true)] : [chosen];
}

function ownId(id: string): string {
  return `${id}/own`;
}

const textElement: types.PlainTextInput = {
  type: 'plain_text_input',
  action_id: 'value',
  multiline: true,
  max_length: longest.text,
};

function input(
  id: string,
  label: string,
  element: types.InputBlock['element'],
  optional: boolean,
): types.InputBlock {
  return { type: 'input', block_id: id, label: plain(label, longest.label), element, optional };
}

function choiceElement({ options, multiple }: FormField): types.InputBlock['element'] {
  const list = options.slice(0, most.select).map(optionOf);
  const few = list.length <= most.radio;
  if (multiple)
    return { type: few ? 'checkboxes' : 'multi_static_select', action_id: 'value', options: list };
  return { type: few ? 'radio_buttons' : 'static_select', action_id: 'value', options: list };
}

/** The value is the place in the list: a label may be longer than a value. */
function optionOf({ label, description }: FormOption, at: number): types.PlainTextOption {
  return {
    value: String(at),
    text: plain(label, longest.option),
    ...(description.trim() === '' ? {} : { description: plain(description, longest.option) }),
  };
}

function plain(text: string, length: number): types.PlainTextElement {
  return { type: 'plain_text', text: clip(text.trim() === '' ? '…' : text, length), emoji: false };
}

export type Fields = Readonly<Record<string, readonly string[]>>;

/** Labels that were chosen, and what was written. */
export function fieldsOf(form: Form, { view }: SubmissionWire): Fields {
  const { values } = view.state;
  const written = (id: string) => {
    const text = values[id]?.['value']?.value?.trim() ?? '';
    return text === '' ? [] : [text];
  };
  return Object.fromEntries(
    form.fields.map(({ id, options }) => {
      const { selected_option: one, selected_options: several } = values[id]?.['value'] ?? {};
      const chosen = [...(one ? [one] : []), ...(several ?? [])].flatMap(({ value }) => {
        const label = options[Number(value)]?.label;
        return label === undefined ? [] : [label];
      });
      return [id, options.length === 0 ? written(id) : [...chosen, ...written(ownId(id))]];
    }),
  );
}

/** What the modal shows beside a field that must be filled, by block; undefined where nothing is amiss. */
export function errorsOf(form: Form, fields: Fields): Readonly<Record<string, string>> | undefined {
  const empty = form.fields.filter(({ id, required }) => required && fields[id]?.length === 0);
  if (empty.length === 0) return undefined;
  return Object.fromEntries(
    empty.map(({ id, options }) => [
      id,
      options.length === 0 ? 'Please write something.' : 'Please choose, or write an answer of your own.',
    ]),
  );
}
