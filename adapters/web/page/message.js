/**
 * Messages of the agent: text, cards and their buttons. A message changes in place, so that what a person reads or
 * has focused stays.
 */
import { all, focusField, h, morph } from './dom.js';
import { fileList } from './file-list.js';
import { formElement } from './form.js';
import { timeOf } from './time.js';

/**
 * A message of the agent.
 *
 * @typedef {import('./types.js').AgentMessage} AgentMessage
 * @typedef {import('./types.js').Button} Button
 * @typedef {object} Actions
 * @property {(message: string, token: string) => Promise<boolean>} press
 * @property {(message: string, token: string, fields: Record<string, string[]>) => Promise<boolean>} submit
 * @property {(message: AgentMessage) => void} reply
 * @property {(message: string, text: string) => Promise<boolean>} change
 * @property {(message: string) => Promise<boolean>} withdraw
 * @property {(id: string) => string} quote
 */

/** @param {AgentMessage} message */
const isOpenCard = ({ kind, live, buttons, form }) =>
  kind === 'request' && live && (form !== null || buttons.length > 0);

/** @param {AgentMessage} message */
export function agentElement(message) {
  return h(
    'article',
    { 'data-id': message.id, tabindex: -1 },
    h('div', { class: 'body' }),
    h('div', { class: 'sent' }),
    h('p', { class: 'footnote', hidden: true }),
    h('div', { class: 'controls' }),
  );
}

/**
 * Makes the element show the message; what has not changed is left as it is.
 *
 * @param {HTMLElement} element
 * @param {AgentMessage} message
 * @param {Actions} actions
 */
export function updateAgent(element, message, actions) {
  const [body, sent, footnote, controls] = /** @type {HTMLElement[]} */ ([...element.children]);
  if (!body || !sent || !footnote || !controls) return;
  element.className = classesOf(message);
  element.setAttribute('aria-label', labelOf(message));
  element.setAttribute('aria-busy', String(message.live && message.kind !== 'request'));
  const template = document.createElement('template');
  template.innerHTML = message.html;
  morph(body, template.content);
  body.hidden = message.html === '';
  // A file never changes.
  if (sent.childElementCount === 0) sent.append(...[fileList(message.files)].filter((each) => each !== null));
  footnote.textContent = message.footnote;
  footnote.hidden = message.footnote === '';
  updateControls(controls, message, actions);
}

/** @param {AgentMessage} message */
function classesOf(message) {
  const classes = ['message', 'agent', message.kind];
  if (message.live) classes.push('live');
  if (message.kind === 'request') classes.push(isOpenCard(message) ? 'open' : 'settled');
  return classes.join(' ');
}

/** @param {AgentMessage} message */
function labelOf(message) {
  const kinds = {
    activity: 'Activity',
    text: 'Agent',
    todo: 'To-do list',
    request: 'Request',
    notice: 'Notice',
  };
  return `${message.files.length > 0 ? 'File' : kinds[message.kind]}, ${timeOf(message.at)}`;
}

/**
 * @param {HTMLElement} controls
 * @param {AgentMessage} message
 * @param {Actions} actions
 */
function updateControls(controls, message, actions) {
  const content = JSON.stringify([message.buttons, message.form, isOpenCard(message)]);
  if (controls.dataset.content === content) return;
  const hadFocus = controls.contains(document.activeElement);
  controls.dataset.content = content;
  controls.replaceChildren(...controlElements(message, actions));
  if (hadFocus) (controls.querySelector('button') ?? controls.parentElement)?.focus();
}

/**
 * @param {AgentMessage} message
 * @param {Actions} actions
 * @returns {Node[]}
 */
function controlElements(message, actions) {
  const elements = [];
  const { id, form, buttons } = message;
  if (form !== null) elements.push(formElement(form, (fields) => actions.submit(id, form.token, fields)));
  if (buttons.length > 0 || isOpenCard(message)) elements.push(buttonRow(message, actions));
  return elements;
}

/**
 * @param {AgentMessage} message
 * @param {Actions} actions
 */
function buttonRow(message, actions) {
  const row = h('div', { class: 'buttons' });
  const below = h('div', { class: 'below' });
  row.append(...message.buttons.map((button) => buttonElement(button, message, actions, row, below)));
  if (isOpenCard(message))
    row.append(
      h('button', { type: 'button', class: 'quiet reply', onclick: () => actions.reply(message) }, 'Reply'),
    );
  return h('div', {}, row, below);
}

/**
 * @param {Button} button
 * @param {AgentMessage} message
 * @param {Actions} actions
 * @param {HTMLElement} row
 * @param {HTMLElement} below
 */
function buttonElement(button, message, actions, row, below) {
  const element = h('button', { type: 'button', class: button.style }, button.label);
  if (button.form === undefined) {
    element.addEventListener('click', () =>
      pressed(row, element, () => actions.press(message.id, button.token)),
    );
    return element;
  }
  const form = button.form;
  element.setAttribute('aria-expanded', 'false');
  element.addEventListener('click', () => {
    const open = element.getAttribute('aria-expanded') === 'true';
    element.setAttribute('aria-expanded', String(!open));
    below.replaceChildren();
    if (open) return;
    below.append(formElement(form, (fields) => actions.submit(message.id, form.token, fields)));
    focusField(below);
    below.scrollIntoView({ block: 'nearest' });
  });
  return element;
}

/**
 * No second press while the first is under way; a press that was not taken can be made again. What it did is
 * shown by the message, which changes.
 *
 * @param {HTMLElement} row
 * @param {HTMLButtonElement} element
 * @param {() => Promise<boolean>} press
 */
async function pressed(row, element, press) {
  const buttons = all(row, 'button');
  const disable = (/** @type {boolean} */ off) => {
    for (const each of buttons) each.setAttribute('aria-disabled', String(off));
  };
  if (element.getAttribute('aria-disabled') === 'true') return;
  disable(true);
  element.classList.add('pressed');
  const taken = await press();
  // The message normally changes within a second; if it does not, a further press must be possible.
  setTimeout(
    () => {
      disable(false);
      element.classList.remove('pressed');
    },
    taken ? 5000 : 0,
  );
}
