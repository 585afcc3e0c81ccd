/** Notifications of the browser, for who has the page open and looks elsewhere: a card that waits, and an end. */
import { byId } from './dom.js';

/** @typedef {import('./types.js').Thread} Thread */

const place = 'dragoman.notify';

const words = { waiting: 'Waits for you', idle: 'Done' };

export function createNotifications() {
  const button = byId('notify');
  /** @type {Map<string, Thread['state']>} */
  const known = new Map();
  // Where the browser has none, as over plain http, there is nothing to switch on.
  const able = 'Notification' in globalThis && isSecureContext;

  const on = () => able && Notification.permission === 'granted' && localStorage.getItem(place) !== 'off';
  const show = () => {
    button.hidden = !able;
    button.setAttribute('aria-pressed', String(on()));
    button.textContent = on() ? 'Notifications on' : 'Notify me';
  };

  button.addEventListener('click', async () => {
    if (on()) localStorage.setItem(place, 'off');
    else {
      localStorage.removeItem(place);
      await Notification.requestPermission();
    }
    show();
  });
  show();

  /** @param {Thread} thread @param {string} text */
  const notify = ({ id, title }, text) => {
    // A later one of the same thread takes its place.
    const notification = new Notification(title, { body: text, tag: id, icon: '/assets/icon.svg' });
    notification.addEventListener('click', () => {
      focus();
      location.hash = id;
      notification.close();
    });
  };

  return {
    /** What was so when the page came is news to nobody. @param {readonly Thread[]} threads */
    begin(threads) {
      for (const { id, state } of threads) known.set(id, state);
    },
    /** @param {Thread} thread */
    heard(thread) {
      const before = known.get(thread.id);
      known.set(thread.id, thread.state);
      if (before === thread.state || document.visibilityState === 'visible' || !on()) return;
      if (thread.state === 'waiting') notify(thread, words.waiting);
      if (thread.state === 'idle' && before !== undefined) notify(thread, words.idle);
    },
  };
}
