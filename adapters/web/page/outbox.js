/** What the person sent and the server has not taken: nothing that was written is lost by a reload or a bad line. */
import { api, OfflineError } from './api.js';
import { newId } from './dom.js';

/** @typedef {import('./types.js').Outgoing} Outgoing */

const place = 'dragoman.outbox';

/**
 * Messages on their way. They are kept in the browser until the server has taken them, also across a reload,
 * and sent again with the same id, which the server recognises.
 *
 * @param {{ onChange: (thread: string) => void }} told
 */
export function createOutbox({ onChange }) {
  /** @type {Outgoing[]} */
  const entries = read();
  /** @type {Set<string>} */
  const draining = new Set();

  /** @param {string} thread */
  const changed = (thread) => {
    localStorage.setItem(place, JSON.stringify(entries));
    onChange(thread);
  };

  /** @param {Outgoing} entry */
  const drop = (entry) => {
    const index = entries.indexOf(entry);
    if (index >= 0) entries.splice(index, 1);
    changed(entry.thread);
  };

  /** @param {Outgoing} entry */
  const deliver = async (entry) => {
    try {
      if (entry.first) await api.makeThread(entry.thread);
      const { id, text, replyTo } = entry;
      const body = { id, text, files: (entry.files ?? []).map((file) => file.id) };
      await api.send(entry.thread, replyTo === null ? body : { ...body, replyTo });
      drop(entry);
    } catch (error) {
      if (error instanceof OfflineError) return wait(entry.thread);
      entry.state = 'failed';
      entry.error = error instanceof Error ? error.message : '';
      changed(entry.thread);
    }
  };

  /** Nothing overtakes a message that could not leave. @param {string} thread */
  const wait = (thread) => {
    for (const entry of entries)
      if (entry.thread === thread && entry.state === 'sending') entry.state = 'offline';
    changed(thread);
  };

  /** One after another, so that they arrive in the order in which they were written. @param {string} thread */
  const drain = async (thread) => {
    if (draining.has(thread)) return;
    draining.add(thread);
    const next = () => entries.find((entry) => entry.thread === thread && entry.state === 'sending');
    for (let entry = next(); entry !== undefined; entry = next()) await deliver(entry);
    draining.delete(thread);
  };

  /** @param {Outgoing} entry */
  const start = (entry) => {
    entry.state = 'sending';
    entry.error = '';
    changed(entry.thread);
    drain(entry.thread);
  };

  return {
    /** @param {string} thread */
    of: (thread) => entries.filter((entry) => entry.thread === thread),
    /** Messages of threads that the server may not know yet. */
    first: () => entries.filter((entry) => entry.first),
    /** @param {{ thread: string, first: boolean, text: string, files: import('./types.js').WireFile[], replyTo: string | null }} message */
    add(message) {
      /** @type {Outgoing} */
      const entry = { id: newId(), ...message, at: Date.now(), state: 'sending', error: '' };
      entries.push(entry);
      start(entry);
    },
    /** The server has it. @param {string} key */
    arrived(key) {
      const entry = entries.find(({ id }) => id === key);
      if (entry !== undefined) drop(entry);
    },
    retry: start,
    discard: drop,
    /** The server answers again: what could not be sent is sent now. */
    resume() {
      for (const entry of entries) if (entry.state !== 'failed') start(entry);
    },
  };
}

/** @returns {Outgoing[]} */
function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    // What another version or another program left there is of no use.
    return [];
  }
}
