import { createCommandList } from './commands.js';
import { byId, h } from './dom.js';

/** As the server says it: longer texts belong into a file. */
const longest = 100_000;
const tooLong =
  'Your message is over 100,000 characters; put it into a file of the project and name the file instead.';

/**
 * Where a person writes. Drafts are kept for each thread until they are sent.
 *
 * @param {{ onSend: (text: string, replyTo: string | null) => void, onProblem: (text: string) => void }} told
 */
export function createComposer({ onSend, onProblem }) {
  const form = byId('composer');
  /** @type {HTMLTextAreaElement} */
  const input = byId('message');
  /** @type {HTMLButtonElement} */
  const send = byId('send');
  const touch = matchMedia('(pointer: coarse)');
  /** @type {{ place: string, replyTo: string | null }} */
  const state = { place: 'new', replyTo: null };

  const changed = () => {
    localStorage.setItem(draftOf(state.place), input.value);
    if (input.value === '') localStorage.removeItem(draftOf(state.place));
    fit();
  };

  /** @param {string} text */
  const put = (text) => {
    input.value = text;
    changed();
  };
  const commands = createCommandList({ input, onPick: put });

  const fit = () => {
    commands.show();
    send.disabled = input.value.trim() === '';
    grow(input);
  };

  const submit = () => {
    const text = input.value.trim();
    if (text === '') return;
    if (text.length > longest) {
      onProblem(tooLong);
      return;
    }
    const { replyTo } = state;
    put('');
    setReply(null, '');
    onSend(text, replyTo);
  };

  /** @param {string | null} replyTo @param {string} quote */
  const setReply = (replyTo, quote) => {
    state.replyTo = replyTo;
    showReply(replyTo !== null, quote);
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
    input.focus();
  });
  input.addEventListener('input', changed);
  input.addEventListener('keydown', (event) => {
    if (commands.key(event)) return;
    // A key that ends a composed character does not end the message; on a phone Enter is the only way to a new line.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || touch.matches) return;
    event.preventDefault();
    submit();
  });
  byId('replying-stop').addEventListener('click', () => {
    setReply(null, '');
    input.focus();
  });

  return {
    /** Shows the draft of this thread. @param {string} place */
    show(place) {
      state.place = place;
      input.value = localStorage.getItem(draftOf(place)) ?? '';
      setReply(null, '');
      fit();
    },
    focus: () => input.focus(),
    offer: commands.offer,
    /** @param {string} id @param {string} quote */
    reply(id, quote) {
      setReply(id, quote);
      input.focus();
    },
    /** True: there was one. */
    stopReply() {
      const had = state.replyTo !== null;
      setReply(null, '');
      return had;
    },
    touch: () => touch.matches,
  };
}

/** @param {boolean} on @param {string} quote */
function showReply(on, quote) {
  byId('replying').hidden = !on;
  byId('replying-text').textContent = `Reply to: ${quote}`;
}

/** Browsers with field-sizing grow by themselves; the others need to be told. @param {HTMLTextAreaElement} input */
function grow(input) {
  if (CSS.supports('field-sizing', 'content')) return;
  input.style.height = 'auto';
  input.style.height = `${input.scrollHeight}px`;
}

/** @param {string} place */
const draftOf = (place) => `dragoman.draft.${place}`;

/**
 * Suggestions as buttons that send at once.
 *
 * @param {(text: string) => void} onChoose
 */
export function createChips(onChoose) {
  const chips = byId('chips');
  const toggle = byId('suggest');
  const state = { any: false };

  /** @param {boolean} open */
  const setOpen = (open) => {
    chips.hidden = !open;
    toggle.setAttribute('aria-expanded', String(open));
  };

  toggle.addEventListener('click', () => setOpen(chips.hidden === true));
  return {
    /** @param {readonly import('./types.js').Suggestion[]} suggestions @param {boolean} open */
    offer(suggestions, open) {
      state.any = suggestions.length > 0;
      toggle.hidden = !state.any;
      chips.replaceChildren(...suggestions.map(({ label, text }) => chip(label, () => onChoose(text))));
      setOpen(open && state.any);
    },
    /** @param {boolean} open */
    setOpen: (open) => setOpen(open && state.any),
  };
}

/** @param {string} label @param {() => void} onclick */
function chip(label, onclick) {
  return h('button', { type: 'button', class: 'chip', onclick }, label);
}
