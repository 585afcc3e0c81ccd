import { all, byId, h } from './dom.js';
import { isNew } from './seen.js';
import { ago } from './time.js';

/** @typedef {import('./types.js').Thread} Thread */

/** @type {Record<Thread['state'], string>} */
export const stateWords = { waiting: 'Waits for you', working: 'Working', queued: 'Queued', idle: '' };

/**
 * Shows the threads, the newest activity first, with what each waits for.
 *
 * @param {readonly Thread[]} threads
 * @param {string | undefined} current
 * @param {string} empty  what is said where there is none
 */
export function showList(threads, current, empty) {
  const list = byId('threads');
  const focused = document.activeElement?.closest?.('[data-thread]')?.getAttribute('data-thread');
  list.replaceChildren(...threads.map((thread) => item(thread, thread.id === current)));
  byId('no-threads').hidden = threads.length > 0;
  byId('no-threads').textContent = empty;
  if (focused) all(list, `[data-thread="${CSS.escape(focused)}"]`)[0]?.focus();
}

/**
 * @param {Thread} thread
 * @param {boolean} current
 */
function item(thread, current) {
  const { id, title, state, activeAt } = thread;
  const unseen = !current && isNew(thread);
  const idle = unseen ? `New · ${ago(activeAt)}` : ago(activeAt);
  return h(
    'li',
    {},
    h(
      'a',
      {
        href: `#${id}`,
        class: `thread ${state}${unseen ? ' unseen' : ''}`,
        'data-thread': id,
        'aria-current': current ? 'page' : null,
      },
      h('span', { class: 'thread-title', dir: 'auto' }, title),
      h('span', { class: `state ${state}` }, stateWords[state] || idle),
    ),
  );
}
