import { expect, test } from 'vitest';
import { componentsOf } from '../../../adapters/discord/components.ts';
import { fieldsOf, modalOf } from '../../../adapters/discord/forms.ts';
import type { Form, FormField } from '../../../src/core/channel.ts';

const field = (id: string, changes: Partial<FormField> = {}): FormField => ({
  id,
  label: `Question ${id}`,
  options: [],
  multiple: false,
  custom: false,
  required: true,
  ...changes,
});

const options = ['Red', 'Green', 'Blue'].map((label) => ({ label, description: '' }));
const formOf = (fields: readonly FormField[]): Form => ({
  token: 't',
  title: 'Answer',
  submit: 'Answer',
  fields,
});
const labels = (form: Form) => modalOf(form).components.map(({ label }) => label);

test('a choice with an own answer is two entries, and the own one counts', () => {
  const form = formOf([field('a', { options, custom: true }), field('b')]);
  expect(labels(form)).toEqual(['Question a', 'Own answer', 'Question b']);
  expect(fieldsOf(form, { 0: ['1'], 1: [], 2: ['text'] })).toEqual({ a: ['Green'], b: ['text'] });
  expect(fieldsOf(form, { 0: ['1'], 1: ['Mauve'], 2: ['text'] })).toEqual({ a: ['Mauve'], b: ['text'] });
});

test('what does not fit in five entries is written, by number, by name or in own words', () => {
  const form = formOf(
    ['a', 'b', 'c'].map((id) => field(id, { options, custom: true, multiple: id === 'c' })),
  );
  expect(labels(form)).toEqual(['Question a', 'Question b', 'Question c']);
  expect(fieldsOf(form, { 0: ['2'], 1: ['something else'], 2: ['red, 3'] })).toEqual({
    a: ['Green'],
    b: ['something else'],
    c: ['Red', 'Blue'],
  });
});

test('the sixth question and those behind it share an entry', () => {
  const form = formOf(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => field(id)));
  expect(labels(form)).toEqual([
    'Question a',
    'Question b',
    'Question c',
    'Question d',
    'The other 2, a line each',
  ]);
  expect(fieldsOf(form, { 0: ['1'], 4: ['five\nsix'] })).toMatchObject({
    a: ['1'],
    e: ['five'],
    f: ['six'],
    b: [],
  });
});

test('one choice is a select below the message; more is a window behind a button', () => {
  const one = formOf([field('a', { options })]);
  const message = { kind: 'request', markdown: '', buttons: [], live: true, silent: false } as const;
  expect(componentsOf({ ...message, form: one })).toMatchObject([
    { components: [{ type: 3, custom_id: 's:t', max_values: 1 }] },
  ]);
  expect(componentsOf({ ...message, form: formOf([field('a', { options }), field('b')]) })).toMatchObject([
    { components: [{ type: 2, custom_id: 'f:t', label: 'Answer' }] },
  ]);
});
