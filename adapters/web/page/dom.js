/**
 * Makes an element. `on…` listens, `true` sets an empty attribute, `false`, null and undefined leave it out.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * The element of index.html with this id.
 *
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {string} id
 * @returns {Kind}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no #${id}`);
  return /** @type {Kind} */ (element);
}

/**
 * The elements within, of the kind that the selector implies.
 *
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {Kind[]}
 */
export function all(root, selector) {
  return /** @type {Kind[]} */ ([...root.querySelectorAll(selector)]);
}

/**
 * Moves the focus to where something can be entered.
 *
 * @param {ParentNode} root
 */
export function focusField(root) {
  all(root, 'input, textarea')[0]?.focus();
}

/** An id for something that a person does; also where the page is not a secure context, which has no randomUUID. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

/**
 * Makes `current` show what `wanted` holds and leaves alone what is the same, so that a selection, a scrolled
 * code block and the place on the screen survive while a message grows.
 *
 * @param {Node} current
 * @param {Node} wanted
 */
export function morph(current, wanted) {
  const next = [...wanted.childNodes];
  for (const [index, node] of next.entries()) {
    const old = current.childNodes[index];
    if (old === undefined) current.appendChild(node);
    else if (!old.isEqualNode(node)) morphNode(old, node);
  }
  while (current.childNodes.length > next.length) current.lastChild?.remove();
}

/**
 * @param {ChildNode} old
 * @param {ChildNode} node
 */
function morphNode(old, node) {
  if (old instanceof Text && node instanceof Text) old.data = node.data;
  else if (old instanceof Element && node instanceof Element && sameKind(old, node)) morph(old, node);
  else old.replaceWith(node);
}

/**
 * @param {Element} a
 * @param {Element} b
 */
function sameKind(a, b) {
  const shell = (/** @type {Element} */ element) =>
    /** @type {Element} */ (element.cloneNode(false)).outerHTML;
  return shell(a) === shell(b);
}
