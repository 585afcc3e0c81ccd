/** Messages of the person, and what can be done to them: change, delete, send again. */
import { h } from './dom.js';
import { fileList } from './file-list.js';
import { timeOf } from './time.js';

/**
 * Messages of the person: those that the server has, and those on their way.
 *
 * @typedef {import('./types.js').PersonMessage} PersonMessage
 * @typedef {import('./types.js').Outgoing} Outgoing
 * @typedef {import('./message.js').Actions} Actions
 */

/** A press on Delete is meant only if it is made twice within this time. */
const secondPressMs = 4000;

/**
 * @param {HTMLElement} element
 * @param {PersonMessage} message
 * @param {Actions} actions
 */
export function updateOwn(element, message, actions) {
  const content = JSON.stringify(message);
  if (element.dataset.content === content) return;
  element.dataset.content = content;
  element.className = `message own${message.deleted ? ' deleted' : ''}`;
  element.setAttribute('aria-label', `You, ${timeOf(message.at)}`);
  element.replaceChildren(
    ...quoteOf(message.replyTo, actions),
    ...bubble(message.deleted ? 'You deleted this message.' : message.text),
    ...shownFiles(message.files),
    h(
      'div',
      { class: 'meta' },
      message.deleted ? null : editButton(element, message, actions),
      message.deleted ? null : deleteButton(message, actions),
      message.edited && !message.deleted ? h('span', {}, 'edited') : null,
      h('time', { datetime: new Date(message.at).toISOString() }, timeOf(message.at)),
    ),
  );
}

/** Files need no words. @param {string} text */
function bubble(text) {
  return text === '' ? [] : [h('div', { class: 'bubble', dir: 'auto' }, text)];
}

/** @param {readonly import('./types.js').WireFile[]} [files] */
function shownFiles(files = []) {
  const list = fileList(files);
  return list === null ? [] : [list];
}

/**
 * @param {string | null} replyTo
 * @param {Actions} actions
 */
function quoteOf(replyTo, actions) {
  return replyTo === null
    ? []
    : [h('div', { class: 'quote' }, 'Reply to: ', h('bdi', {}, actions.quote(replyTo)))];
}

/**
 * @param {HTMLElement} element
 * @param {PersonMessage} message
 * @param {Actions} actions
 */
function editButton(element, message, actions) {
  const start = () => {
    const text = h('textarea', {
      'aria-label': 'Edit message',
      dir: 'auto',
      rows: Math.min(12, message.text.split('\n').length + 1),
    });
    text.value = message.text;
    const stop = () => {
      element.dataset.content = '';
      updateOwn(element, message, actions);
    };
    const save = async () => {
      if (text.value.trim() === '' || text.value === message.text) return stop();
      // What is shown next comes from the server, like everything else that it has taken.
      saving.disabled = await actions.change(message.id, text.value);
    };
    const saving = h('button', { type: 'button', class: 'primary', onclick: save }, 'Save');
    text.addEventListener('keydown', (event) => {
      if (event.isComposing) return;
      if (event.key === 'Escape') {
        event.stopPropagation();
        stop();
      }
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
    });
    element.classList.add('editing');
    element.replaceChildren(
      text,
      h('div', { class: 'buttons' }, h('button', { type: 'button', onclick: stop }, 'Cancel'), saving),
    );
    text.focus();
  };
  return h('button', { type: 'button', class: 'link', onclick: start }, 'Edit');
}

/**
 * @param {PersonMessage} message
 * @param {Actions} actions
 */
function deleteButton(message, actions) {
  const button = h('button', { type: 'button', class: 'link' }, 'Delete');
  button.addEventListener('click', () => {
    if (button.dataset.sure !== undefined) {
      actions.withdraw(message.id);
      return;
    }
    button.dataset.sure = '';
    button.textContent = 'Delete it?';
    setTimeout(() => {
      delete button.dataset.sure;
      button.textContent = 'Delete';
    }, secondPressMs);
  });
  return button;
}

/**
 * A message that the server has not taken yet.
 *
 * @param {Outgoing} entry
 * @param {Actions} actions
 * @param {{ retry: (entry: Outgoing) => void, discard: (entry: Outgoing) => void }} outbox
 */
export function outgoingElement(entry, actions, outbox) {
  const again = h('button', { type: 'button', class: 'link', onclick: () => outbox.retry(entry) }, 'Retry');
  const discard = h(
    'button',
    { type: 'button', class: 'link', onclick: () => outbox.discard(entry) },
    'Discard',
  );
  const words = {
    sending: 'Sending',
    offline: 'Not sent yet: Dragoman does not answer. It is sent when the connection is back.',
    failed: `Not sent. ${entry.error}`,
  };
  return h(
    'article',
    { class: `message own outgoing ${entry.state}`, 'data-id': entry.id, 'aria-label': 'You, on its way' },
    ...quoteOf(entry.replyTo, actions),
    ...bubble(entry.text),
    ...shownFiles(entry.files),
    h(
      'div',
      { class: 'meta' },
      h('span', { class: entry.state === 'failed' ? 'problem' : '' }, words[entry.state]),
      entry.state === 'sending' ? null : again,
      entry.state === 'sending' ? null : discard,
    ),
  );
}
