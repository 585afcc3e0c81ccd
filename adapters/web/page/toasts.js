import { byId, h } from './dom.js';

/** Long enough to read two sentences. */
const shownMs = 9000;

/** Says something to the person in passing. @param {string} text */
export function toast(text) {
  const close = () => element.remove();
  const element = h(
    'div',
    { class: 'toast' },
    h('span', {}, text),
    h('button', { type: 'button', 'aria-label': 'Dismiss', onclick: close }, '×'),
  );
  byId('toasts').append(element);
  let timer = setTimeout(close, shownMs);
  element.addEventListener('pointerenter', () => clearTimeout(timer));
  element.addEventListener('pointerleave', () => {
    timer = setTimeout(close, shownMs / 3);
  });
}
