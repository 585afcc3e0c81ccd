/** Help for who begins a command: the list above the composer, by keys and by pointer. */
import { byId, h } from './dom.js';

/**
 * The list of commands above the composer, while what is written is the beginning of one.
 *
 * @typedef {import('./types.js').Command} Command
 * @param {{ input: HTMLTextAreaElement, onPick: (text: string) => void }} composer
 */
export function createCommandList({ input, onPick }) {
  const list = byId('commands');
  /** @type {{ all: readonly Command[], shown: readonly Command[], at: number, closed: boolean }} */
  const state = { all: [], shown: [], at: 0, closed: false };

  const show = () => {
    const [, sign = '/', word] = /^([/!])([a-z]*)$/.exec(input.value) ?? [];
    if (word === undefined) state.closed = false;
    const begun =
      word === undefined || state.closed ? [] : state.all.filter(({ name }) => name.startsWith(word));
    // What is written in full is sent, not chosen.
    state.shown = begun.length === 1 && begun[0]?.name === word ? [] : begun;
    state.at = Math.max(0, Math.min(state.at, state.shown.length - 1));
    list.hidden = state.shown.length === 0;
    list.replaceChildren(...state.shown.map((command, index) => option(command, index, sign)));
    for (const element of [input, list])
      if (list.hidden) element.removeAttribute('aria-activedescendant');
      else element.setAttribute('aria-activedescendant', `command-${state.at}`);
    list.children[state.at]?.scrollIntoView({ block: 'nearest' });
  };

  /** @param {Command} command @param {number} index @param {string} sign */
  const option = (command, index, sign) =>
    h(
      'div',
      {
        id: `command-${index}`,
        role: 'option',
        class: 'command',
        'aria-selected': String(index === state.at),
        // Before the composer loses the focus.
        onmousedown: (/** @type {Event} */ event) => {
          event.preventDefault();
          pick(index, sign);
        },
      },
      h('b', {}, `${sign}${command.name}`),
      command.argument === undefined ? null : h('i', {}, command.argument),
      h('span', {}, command.description),
    );

  /** @param {number} index @param {string} sign */
  const pick = (index, sign) => {
    const command = state.shown[index];
    if (command === undefined) return;
    state.at = 0;
    onPick(`${sign}${command.name}${command.argument === undefined ? '' : ' '}`);
    show();
  };

  /** True: the key was for the list. @param {KeyboardEvent} event */
  const key = (event) => {
    if (list.hidden || event.isComposing || event.shiftKey) return false;
    const count = state.shown.length;
    if (event.key === 'ArrowDown') state.at = (state.at + 1) % count;
    else if (event.key === 'ArrowUp') state.at = (state.at + count - 1) % count;
    else if (event.key === 'Escape') state.closed = true;
    else if (event.key === 'Enter' || event.key === 'Tab') pick(state.at, input.value.slice(0, 1));
    else return false;
    event.preventDefault();
    event.stopPropagation();
    show();
    return true;
  };

  // What scrolls can be reached by Tab; from there Tab goes on to the composer, as everywhere.
  list.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab' && key(event) && !event.key.startsWith('Arrow')) input.focus();
  });

  return {
    show,
    key,
    /** @param {readonly Command[]} commands */
    offer(commands) {
      state.all = commands;
      show();
    },
  };
}
