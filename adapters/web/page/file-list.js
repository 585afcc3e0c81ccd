import { h } from './dom.js';

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
      { class: picture ? 'file picture' : 'file', href: addressOf(file), download: name },
      // What it shows is not known to us; its name follows.
      picture ? h('img', { src: addressOf(file), alt: '', loading: 'lazy', decoding: 'async' }) : null,
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

/** @param {{ id: string }} file */
export const addressOf = ({ id }) => `/api/files/${encodeURIComponent(id)}`;

/** In steps of 1,000, as systems show it; at most one decimal. @param {number} bytes */
export function sizeWords(bytes) {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const [count, unit] = bytes < 999_500 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${count < 10 ? Math.round(count * 10) / 10 : Math.round(count)} ${unit}`;
}
