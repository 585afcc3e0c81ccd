/** The log of one thread, with an element for each message that is changed and never made anew. */
import { all, byId, h } from './dom.js';
import { agentElement, updateAgent } from './message.js';
import { outgoingElement, updateOwn } from './own.js';
import { createScroll } from './scroll.js';

/**
 * The log of one thread: keeps an element for each message and changes it in place.
 *
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Outgoing} Outgoing
 */

/**
 * @param {{
 *   actions: import('./message.js').Actions,
 *   outbox: { retry: (entry: Outgoing) => void, discard: (entry: Outgoing) => void },
 * }} deps
 */
export function createThreadView({ actions, outbox }) {
  const log = byId('log');
  const scroll = createScroll();
  /** @type {Map<string, { element: HTMLElement, sequence: number, message: Message }>} */
  const shown = new Map();

  /** @param {Message} message */
  const put = (message) => {
    const known = shown.get(message.id);
    const element = known?.element ?? make(message);
    if (message.from === 'agent') updateAgent(element, message, actions);
    else updateOwn(element, message, actions);
    if (known === undefined) log.insertBefore(element, placeBefore(message.sequence));
    shown.set(message.id, { element, sequence: message.sequence, message });
  };

  /** @param {number} sequence */
  const placeBefore = (sequence) => {
    const later = [...shown.values()].filter((each) => each.sequence > sequence);
    const next = later.reduce(
      (least, each) => (least && least.sequence < each.sequence ? least : each),
      later[0],
    );
    return next?.element ?? log.querySelector('.outgoing');
  };

  /** @param {string} id */
  const drop = (id) => {
    shown.get(id)?.element.remove();
    shown.delete(id);
  };

  return {
    /**
     * Makes the log show these, and the older ones that it already shows. True: there were older ones.
     *
     * @param {readonly Message[]} messages
     * @param {boolean} more  there are older ones
     */
    replace(messages, more) {
      const wanted = new Set(messages.map(({ id }) => id));
      const first = messages[0]?.sequence ?? 0;
      const old = [...shown].filter(([id]) => !wanted.has(id));
      const kept = old.filter(([, { sequence }]) => more && sequence < first);
      for (const [id, { sequence }] of old) if (!more || sequence >= first) drop(id);
      for (const message of messages) put(message);
      return kept.length > 0;
    },
    /** @param {Message} message */
    put(message) {
      const isNew = !shown.has(message.id);
      put(message);
      scroll.changed(isNew && message.from === 'agent');
    },
    /** Above the others, without moving what is read. @param {readonly Message[]} messages */
    putEarlier(messages) {
      scroll.keep(() => {
        for (const message of messages) put(message);
      });
    },
    drop,
    /** @param {readonly Outgoing[]} entries */
    showOutgoing(entries) {
      for (const old of log.querySelectorAll('.outgoing')) old.remove();
      log.append(...entries.map((entry) => outgoingElement(entry, actions, outbox)));
    },
    /** What was there before one came is not read out; what comes from now on is. */
    ready() {
      requestAnimationFrame(() => log.setAttribute('aria-busy', 'false'));
    },
    /** Another thread is shown from here on. */
    clear() {
      shown.clear();
      log.replaceChildren();
      log.setAttribute('aria-busy', 'true');
      scroll.toEnd();
    },
    toEnd: scroll.toEnd,
    oldest: () => Math.min(...[...shown.values()].map(({ sequence }) => sequence)),
    isEmpty: () => log.childElementCount === 0,
    /** The first words of a message, for a quotation. @param {string} id */
    quote(id) {
      const { element, message } = shown.get(id) ?? {};
      const names = (message?.files ?? []).map(({ name }) => name).join(', ');
      const words = message?.from === 'person' ? message.text : element?.querySelector('.body')?.textContent;
      const text = words || names;
      const line = text.trim().split('\n')[0] ?? '';
      return line.length > 80 ? `${line.slice(0, 79)}…` : line;
    },
    /** The button that stops what runs, where something runs. */
    stopButton() {
      return all(log, '.agent .buttons button').findLast((button) => button.textContent === 'Stop');
    },
  };
}

/** @param {Message} message */
function make(message) {
  return message.from === 'agent' ? agentElement(message) : h('article', { 'data-id': message.id });
}
