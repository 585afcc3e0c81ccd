/** Forms in cards: fields, what is still missing in a sentence, and an answer of one's own. */
import { all, focusField, h, newId } from './dom.js';

/**
 * @typedef {import('./types.js').Form} Form
 * @typedef {import('./types.js').Field} Field
 */

/**
 * A form of a message. `submit` gets the chosen and written values by field; it resolves to false where they
 * were not taken, and the form can be sent again.
 *
 * @param {Form} form
 * @param {(fields: Record<string, string[]>) => Promise<boolean>} submit
 */
export function formElement(form, submit) {
  const fields = form.fields.map((field) => ({ field, element: fieldElement(field) }));
  const error = h('p', { class: 'form-error', role: 'alert', hidden: true });
  const send = h('button', { type: 'submit', class: 'primary' }, form.submit);
  const element = h(
    'form',
    { class: 'form', 'aria-label': form.title, novalidate: true },
    ...fields.map((each) => each.element),
    error,
    h('div', { class: 'buttons' }, send),
  );
  element.addEventListener('input', () => {
    error.hidden = true;
  });
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(fields.map((each) => [each.field.id, valuesOf(each.element)]));
    const missing = fields.find(({ field }) => field.required && values[field.id]?.length === 0);
    error.hidden = missing === undefined;
    if (missing !== undefined) {
      error.textContent = sentenceFor(missing.field);
      focusField(missing.element);
      return;
    }
    send.disabled = true;
    if (!(await submit(values))) send.disabled = false;
  });
  return element;
}

/** @param {Field} field */
function sentenceFor({ label, options, custom }) {
  const name = label.replace(/[?:.!\s]+$/, '');
  if (options.length === 0) return `${name}: write something first.`;
  return custom ? `${name}: choose one, or write your own answer.` : `${name}: choose one first.`;
}

/** @param {Field} field */
function fieldElement(field) {
  const name = newId();
  if (field.options.length === 0)
    return h(
      'label',
      { class: 'field' },
      h('span', {}, field.label),
      h('textarea', { 'data-own': '', rows: 2, dir: 'auto' }),
    );
  const element = h(
    'fieldset',
    { class: 'field' },
    h('legend', {}, field.label),
    ...field.options.map((option) => optionElement(option, field.multiple ? 'checkbox' : 'radio', name)),
  );
  if (field.custom) element.append(ownElement(field, element));
  return element;
}

/**
 * @param {import('./types.js').Option} option
 * @param {'checkbox' | 'radio'} type
 * @param {string} name
 */
function optionElement({ label, description }, type, name) {
  const input = h('input', { type, name, value: label });
  const words = h('span', {}, h('b', {}, label), description === '' ? null : h('small', {}, description));
  return h('label', { class: 'option' }, input, words);
}

/**
 * An answer of one's own; where one answer is asked for, it takes the place of a chosen one, and the reverse.
 *
 * @param {Field} field
 * @param {HTMLFieldSetElement} fieldset
 */
function ownElement(field, fieldset) {
  const input = h('input', {
    type: 'text',
    'data-own': '',
    placeholder: 'Your own answer',
    'aria-label': 'Own answer',
    dir: 'auto',
  });
  if (!field.multiple) {
    input.addEventListener('input', () => {
      for (const radio of fieldset.elements) if (radio instanceof HTMLInputElement) radio.checked = false;
    });
    fieldset.addEventListener('change', (event) => {
      if (event.target !== input) input.value = '';
    });
  }
  return input;
}

/** @param {HTMLElement} element */
function valuesOf(element) {
  /** @type {(selector: string) => (HTMLInputElement | HTMLTextAreaElement)[]} */
  const inputs = (selector) => all(element, selector);
  const chosen = inputs('input:checked').map((input) => input.value);
  const own = inputs('[data-own]').map((input) => input.value.trim());
  return [...chosen, ...own].filter((value) => value !== '');
}
