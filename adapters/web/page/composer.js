/** Where a person writes: text, files and what it answers, kept for each thread until it is sent. */
import { createAttach } from './attach.js';
import { createCommandList } from './commands.js';
import { byId, h } from './dom.js';

/** As the server says it: longer texts belong into a file. */
const longest = 100_000;
const tooLong = 'Your message is over 100,000 characters; attach it as a text file instead.';

/** @typedef {import('./types.js').WireFile} WireFile */

/**
 * Where a person writes. Drafts are kept for each thread until they are sent.
 *
 * @param {{ onSend: (text: string, replyTo: string | null, files: WireFile[]) => void, onProblem: (text: string) => void }} told
 */
export function createComposer({ onSend, onProblem }) {
  const form = byId('composer');
  /** @type {HTMLTextAreaElement} */
  const input = byId('message');
  /** @type {HTMLButtonElement} */
  const send = byId('send');
  const touch = matchMedia('(pointer: coarse)');
  /** @type {{ place: string, sending: boolean }} */
  const state = { place: 'new', sending: false };
  const reply = createReply(input);

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
    send.disabled = state.sending || (input.value.trim() === '' && files.files().length === 0);
    send.textContent = state.sending ? 'Sending' : 'Send';
    grow(input);
  };

  const files = createAttach({
    input,
    onProblem: (text) => {
      state.sending = false;
      onProblem(text);
    },
    onChange: () => {
      if (state.sending && files.ready()) submit();
      else fit();
    },
  });

  const submit = () => {
    const text = input.value.trim();
    // It goes as soon as its files are there.
    state.sending = !files.ready();
    if (state.sending || (text === '' && files.files().length === 0)) return fit();
    if (text.length > longest) {
      onProblem(tooLong);
      return;
    }
    put('');
    onSend(text, reply.take(), files.take());
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

  return {
    /** Shows the draft of this thread. @param {string} place */
    show(place) {
      state.place = place;
      state.sending = false;
      input.value = localStorage.getItem(draftOf(place)) ?? '';
      reply.take();
      files.show(place);
      fit();
    },
    focus: () => input.focus(),
    offer: commands.offer,
    limit: files.limit,
    reply: reply.to,
    /** True: there was one. */
    stopReply: () => reply.take() !== null,
    touch: () => touch.matches,
  };
}

/**
 * The message that the next one answers.
 *
 * @param {HTMLTextAreaElement} input
 */
function createReply(input) {
  /** @type {{ to: string | null }} */
  const state = { to: null };

  const take = () => {
    const { to } = state;
    state.to = null;
    byId('replying').hidden = true;
    return to;
  };

  byId('replying-stop').addEventListener('click', () => {
    take();
    input.focus();
  });

  return {
    /** @param {string} id @param {string} quote */
    to(id, quote) {
      state.to = id;
      byId('replying').hidden = false;
      byId('replying-text').textContent = `Reply to: ${quote}`;
      input.focus();
    },
    /** It is answered, or no longer meant. */
    take,
  };
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
