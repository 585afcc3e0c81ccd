/** What can be done with whole threads: find, put away, delete. */
import { api } from './api.js';
import { byId } from './dom.js';

/** @typedef {import('./types.js').Thread} Thread */

/** Between two keys of somebody who writes, milliseconds. */
const pauseMs = 250;
/** A press on Delete is meant only if it is made twice within this time. */
const secondPressMs = 4000;

/**
 * Which threads the list shows, and the buttons above a thread.
 *
 * @param {{
 *   current: () => Thread | undefined,
 *   attempt: (action: () => Promise<unknown>) => Promise<boolean>,
 *   onChange: () => void,
 * }} deps
 */
export function createThreadTools({ current, attempt, onChange }) {
  /** @type {{ archived: boolean, found: Set<string> | undefined, timer: number, asked: number }} */
  const state = { archived: false, found: undefined, timer: 0, asked: 0 };
  /** @type {HTMLInputElement} */
  const box = byId('find');

  const look = async () => {
    const words = box.value.trim();
    state.asked += 1;
    const { asked } = state;
    if (words === '') state.found = undefined;
    else
      await attempt(async () => {
        const { threads } = await api.find(words);
        // What was asked for later has been answered already.
        if (asked === state.asked) state.found = new Set(threads);
      });
    onChange();
  };

  box.addEventListener('input', () => {
    clearTimeout(state.timer);
    state.timer = setTimeout(look, pauseMs);
  });
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || box.value === '') return;
    event.stopPropagation();
    box.value = '';
    look();
  });

  const archived = byId('show-archived');
  archived.addEventListener('click', () => {
    state.archived = !state.archived;
    archived.setAttribute('aria-pressed', String(state.archived));
    onChange();
  });

  const put = byId('archive-thread');
  put.addEventListener('click', () => {
    const thread = current();
    if (thread !== undefined)
      attempt(() => api.changeThread(thread.id, { archived: thread.archived !== true }));
  });

  const remove = byId('delete-thread');
  remove.addEventListener('click', () => {
    const thread = current();
    if (thread === undefined) return;
    if (remove.dataset.sure === thread.id) {
      attempt(() => api.deleteThread(thread.id));
      return;
    }
    remove.dataset.sure = thread.id;
    remove.textContent = 'Delete it?';
    setTimeout(() => {
      delete remove.dataset.sure;
      remove.textContent = 'Delete thread';
    }, secondPressMs);
  });

  return {
    /** Those that are looked for, and else those that are not put away. @param {readonly Thread[]} threads */
    shown(threads) {
      const { found } = state;
      if (found !== undefined) return threads.filter(({ id }) => found.has(id));
      return threads.filter((thread) => (thread.archived === true) === state.archived);
    },
    /** Why the list is empty, where it is. */
    empty: () =>
      state.found !== undefined
        ? 'No thread has these words.'
        : state.archived
          ? 'Nothing is archived.'
          : 'No threads yet. Start one and it stays here.',
    /** @param {Thread | undefined} thread */
    show(thread) {
      byId('thread-actions').hidden = thread === undefined;
      put.textContent = thread?.archived === true ? 'Take back' : 'Archive';
    },
  };
}
