import { byId, h } from './dom.js';

/** Long enough to read two sentences. */
const shownMs = 9000;

/** The words, with code between backticks set as code. @param {string} text */
function worded(text) {
  return text.split(/`([^`\n]+)`/).map((part, at) => (at % 2 === 1 ? h('code', {}, part) : part));
}

/** Says something to the person in passing. @param {string} text */
export function toast(text) {
  const close = () => element.remove();
  const element = h(
    'div',
    { class: 'toast' },
    h('span', { dir: 'auto' }, ...worded(text)),
    h('button', { type: 'button', 'aria-label': 'Dismiss', onclick: close }, '×'),
  );
  byId('toasts').append(element);
  let timer = setTimeout(close, shownMs);
  element.addEventListener('pointerenter', () => clearTimeout(timer));
  element.addEventListener('pointerleave', () => {
    timer = setTimeout(close, shownMs / 3);
  });
}
