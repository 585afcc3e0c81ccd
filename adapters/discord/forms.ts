/** A form as a window of Discord's: at most five entries, each a text or a choice. Pure. */
import type { Form, FormField } from '../../src/core/channel.ts';
import { assertNever } from '../../src/core/errors.ts';
import { type Component, choices, choosable, clippedLine } from './components.ts';

/** `own`: another answer than the options. `either`: an option or another answer, in writing. `rest`: a line each. */
type Entry =
  | { readonly type: 'text' | 'choice' | 'own' | 'either'; readonly field: FormField }
  | { readonly type: 'rest'; readonly fields: readonly FormField[] };

const mostEntries = 5;
const prefix = 'm:';

function modalId(token: string): string {
  return prefix + token;
}

export function modalToken(customId: string): string | undefined {
  return customId.startsWith(prefix) ? customId.slice(prefix.length) : undefined;
}

function entriesOf({ fields }: Form): readonly Entry[] {
  const whole = fields.flatMap((field): Entry[] => {
    if (!choosable(field)) return [written(field)];
    return field.custom
      ? [
          { type: 'choice', field },
          { type: 'own', field },
        ]
      : [{ type: 'choice', field }];
  });
  if (whole.length <= mostEntries) return whole;
  const short = fields.map(
    (field): Entry => (choosable(field) && !field.custom ? { type: 'choice', field } : written(field)),
  );
  if (short.length <= mostEntries) return short;
  return [...short.slice(0, mostEntries - 1), { type: 'rest', fields: fields.slice(mostEntries - 1) }];
}

function written(field: FormField): Entry {
  return { type: field.options.length === 0 ? 'text' : 'either', field };
}

export interface Modal {
  readonly title: string;
  readonly custom_id: string;
  readonly components: readonly Component[];
}

export function modalOf(form: Form): Modal {
  return {
    title: clippedLine(form.title, 45) || 'Answer',
    custom_id: modalId(form.token),
    components: entriesOf(form).map((entry, at) => labelled(entry, String(at))),
  };
}

const kinds = { select: 3, text: 4, label: 18 } as const;
const paragraph = 2;

function labelled(entry: Entry, customId: string): Component {
  const { label, description, component } = shown(entry);
  return {
    type: kinds.label,
    label: clippedLine(label, 45) || 'Answer',
    ...(description === '' ? {} : { description: clippedLine(description, 100) }),
    component: { ...component, custom_id: customId },
  };
}

interface Shown {
  readonly label: string;
  readonly description: string;
  readonly component: Component;
}

function shown(entry: Entry): Shown {
  switch (entry.type) {
    case 'text':
      return { ...named(entry.field), component: textInput(entry.field.required) };
    case 'own':
      return { label: 'Own answer', description: 'Instead of a choice above', component: textInput(false) };
    case 'either':
      return {
        label: entry.field.label,
        description: listed(entry.field),
        component: textInput(entry.field.required),
      };
    case 'choice': {
      const required = entry.field.required && !entry.field.custom;
      const select = choices(entry.field);
      const component = { ...select, required, ...(required ? {} : { min_values: 0 }) };
      return { ...named(entry.field), component };
    }
    case 'rest':
      return {
        label: `The other ${entry.fields.length}, a line each`,
        description: entry.fields.map(({ label }) => label).join(' · '),
        component: textInput(entry.fields.some(({ required }) => required)),
      };
    default:
      return assertNever(entry);
  }
}

/** A question that is longer than a label goes on below it. */
function named({ label }: FormField): Pick<Shown, 'label' | 'description'> {
  return { label, description: clippedLine(label, 45) === label ? '' : label };
}

function listed({ options }: FormField): string {
  return options.map(({ label }, at) => `${at + 1} ${label}`).join(' · ');
}

function textInput(required: boolean): Component {
  return { type: kinds.text, style: paragraph, required, max_length: 4000 };
}

/** What was entered, by the entry's id. */
export type Entered = Readonly<Record<string, readonly string[]>>;

/** Field ids to answers, as the gateway knows them. */
export function fieldsOf(form: Form, entered: Entered): Readonly<Record<string, readonly string[]>> {
  const answers: Record<string, string[]> = Object.fromEntries(form.fields.map(({ id }) => [id, []]));
  for (const [at, entry] of entriesOf(form).entries()) {
    const given = (entered[String(at)] ?? []).filter((text) => text.trim() !== '');
    for (const [id, values] of answered(entry, given)) answers[id] = merged(entry, answers[id] ?? [], values);
  }
  return answers;
}

function answered(entry: Entry, given: readonly string[]): readonly (readonly [string, readonly string[]])[] {
  switch (entry.type) {
    case 'text':
    case 'own':
      return [[entry.field.id, given]];
    case 'choice':
      return [[entry.field.id, chosen(entry.field, given)]];
    case 'either':
      return [[entry.field.id, given.flatMap((text) => read(entry.field, text))]];
    case 'rest': {
      const lines = given.flatMap((text) => text.split('\n').filter((line) => line.trim() !== ''));
      return entry.fields.map((field, at) => [
        field.id,
        lines[at] === undefined ? [] : read(field, lines[at]),
      ]);
    }
    default:
      return assertNever(entry);
  }
}

/** An own answer stands instead of the one choice, or beside several. */
function merged(entry: Entry, before: readonly string[], values: readonly string[]): string[] {
  const replaces = entry.type === 'own' && !entry.field.multiple && values.length > 0;
  return replaces ? [...values] : [...before, ...values];
}

/** Numbers of options to their names. */
export function chosen({ options }: FormField, values: readonly string[]): readonly string[] {
  return values.flatMap((value) => options[Number(value)]?.label ?? []);
}

/** `2`, `1, 3`, an option's name, or an answer of one's own. */
function read({ options, multiple }: FormField, text: string): readonly string[] {
  const parts = multiple ? text.split(',') : [text];
  const found = parts.map((part) => {
    const word = part.trim();
    const byNumber = /^\d{1,3}$/.test(word) ? options[Number(word) - 1] : undefined;
    return (byNumber ?? options.find(({ label }) => label.toLowerCase() === word.toLowerCase()))?.label;
  });
  return found.every((label) => label !== undefined) ? found : [text.trim()];
}
