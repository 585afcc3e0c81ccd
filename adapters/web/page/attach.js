/** Choosing files: how they get into a draft, and the chips that show them. */
import { all, byId, h } from './dom.js';
import { createDraftFiles } from './draft-files.js';
import { pictureOf, sizeWords } from './file-list.js';

/** @typedef {import('./types.js').DraftFile} DraftFile */

/** Longest text of a message, as the server takes it. */
const longestText = 100_000;

/**
 * Attaching files: by the button, dropped on the thread, or pasted. Each has a chip until it is sent.
 *
 * @param {{ input: HTMLTextAreaElement, onChange: () => void, onProblem: (text: string) => void }} composer
 */
export function createAttach({ input, onChange, onProblem }) {
  const list = byId('attached');
  /** @type {HTMLInputElement} */
  const picker = byId('file');
  const files = createDraftFiles({
    onProblem,
    onChange: () => {
      show();
      onChange();
    },
  });

  const show = () => {
    const wanted = files.files();
    const ids = wanted.map(({ id }) => id).join(' ');
    if (list.dataset.ids !== ids) {
      list.dataset.ids = ids;
      const old = new Map(all(list, 'li').map((element) => [element.dataset.id, element]));
      list.replaceChildren(...wanted.map((file) => old.get(file.id) ?? chip(file, remove)));
    }
    for (const [index, file] of wanted.entries()) update(list.children[index], file);
    list.hidden = wanted.length === 0;
  };

  /** The focus goes to what took its place. @param {DraftFile} file */
  const remove = (file) => {
    const index = files.files().indexOf(file);
    files.remove(file);
    say(`${file.name} removed`);
    const buttons = all(list, 'button');
    (buttons[Math.min(index, buttons.length - 1)] ?? input).focus();
  };

  /** @param {Iterable<File>} given */
  const add = (given) => {
    const before = files.files().length;
    files.add(given);
    const added = files.files().slice(before);
    if (added.length > 0) say(`${added.map(({ name }) => name).join(', ')} attached`);
    input.focus();
  };

  byId('attach').addEventListener('click', () => picker.click());
  picker.addEventListener('change', () => {
    add([...(picker.files ?? [])]);
    // The same file can be chosen again after it was removed.
    picker.value = '';
  });
  input.addEventListener('paste', (event) => {
    const pasted = event.clipboardData;
    // What is copied from a text or a table often comes as a picture as well: there the text is meant.
    const text = pasted?.getData('text/plain') ?? '';
    if (text.length + input.value.length > longestText) {
      event.preventDefault();
      add([new File([text], 'pasted.txt', { type: 'text/plain' })]);
      onProblem(
        'That is longer than a message can be, so it is attached as pasted.txt. Remove it there if you meant something else.',
      );
      return;
    }
    if (!pasted || pasted.files.length === 0 || pasted.types.includes('text/plain')) return;
    event.preventDefault();
    add([...pasted.files]);
  });
  listenToDrops(add);
  return files;
}

/**
 * Anywhere on the page, because a file that is dropped beside the composer would replace the page.
 *
 * @param {(files: Iterable<File>) => void} onFiles
 */
function listenToDrops(onFiles) {
  const veil = byId('drop');
  /** @param {DragEvent} event */
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files') === true;
  addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    veil.hidden = false;
  });
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) veil.hidden = true;
  });
  addEventListener('drop', (event) => {
    veil.hidden = true;
    if (!hasFiles(event)) return;
    event.preventDefault();
    onFiles([...(event.dataTransfer?.files ?? [])]);
  });
}

/** For who cannot see the chips. @param {string} text */
function say(text) {
  byId('attached-said').textContent = text;
}

/**
 * @param {DraftFile} file
 * @param {(file: DraftFile) => void} onRemove
 */
function chip(file, onRemove) {
  return h(
    'li',
    { 'data-id': file.id },
    h('span', { class: 'thumb', 'aria-hidden': 'true' }),
    h(
      'span',
      { class: 'file-facts' },
      h('span', { class: 'file-name', title: file.name }, file.name),
      h('span', { class: 'file-size' }),
    ),
    h('button', { type: 'button', 'aria-label': `Remove ${file.name}`, onclick: () => onRemove(file) }, '×'),
    h('progress', { max: file.size, 'aria-label': `Sending ${file.name}` }),
  );
}

/** @param {Element | undefined} element @param {DraftFile} file */
function update(element, file) {
  if (!(element instanceof HTMLElement)) return;
  element.className = file.state;
  const words = { waiting: ' · waiting', sending: ' · sending', ready: '' };
  for (const size of all(element, '.file-size'))
    size.textContent = `${sizeWords(file.size)}${words[file.state]}`;
  for (const bar of all(element, 'progress')) {
    bar.hidden = file.state === 'ready';
    if (bar instanceof HTMLProgressElement) bar.value = file.done;
  }
  const [thumb] = all(element, '.thumb');
  if (file.picture && file.state === 'ready' && thumb?.childElementCount === 0) thumb.append(pictureOf(file));
}
