import { api } from './api.js';
import { h } from './dom.js';
import { toast } from './toasts.js';

/** @typedef {import('./types.js').WireFile} WireFile */

/**
 * The files of a message: a picture is shown small, each can be saved.
 *
 * @param {readonly WireFile[]} files
 */
export function fileList(files) {
  return files.length === 0 ? null : h('ul', { class: 'files', 'aria-label': 'Files' }, ...files.map(item));
}

/** @param {WireFile} file */
function item(file) {
  const { name, size, picture } = file;
  return h(
    'li',
    {},
    h(
      'a',
      {
        class: picture ? 'file picture' : 'file',
        href: `#${file.id}`,
        download: name,
        onclick: (/** @type {Event} */ event) => {
          event.preventDefault();
          save(file).catch((error) => toast(error.message));
        },
      },
      // What it shows is not known to us; its name follows.
      picture ? pictureOf(file) : null,
      h(
        'span',
        { class: 'file-facts' },
        h('span', { class: 'file-name' }, name),
        h('span', { class: 'file-size' }, sizeWords(size)),
      ),
      h('span', { class: 'file-save' }, 'Download'),
    ),
  );
}

/**
 * A picture, fetched with the session and shown from memory: an address alone opens nothing.
 *
 * @param {WireFile} file
 */
export function pictureOf(file) {
  const image = h('img', { alt: '', decoding: 'async' });
  api
    .bytes(file.id)
    .then((blob) => {
      image.src = URL.createObjectURL(blob);
      image.addEventListener('load', () => URL.revokeObjectURL(image.src), { once: true });
    })
    // Its name stands beside it all the same.
    .catch(() => image.remove());
  return image;
}

/** @param {WireFile} file */
async function save({ id, name }) {
  const address = URL.createObjectURL(await api.bytes(id));
  const link = h('a', { href: address, download: name });
  link.click();
  // The browser has taken it up by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** In steps of 1,000, as systems show it; at most one decimal. @param {number} bytes */
export function sizeWords(bytes) {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const [count, unit] = bytes < 999_500 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${count < 10 ? Math.round(count * 10) / 10 : Math.round(count)} ${unit}`;
}
