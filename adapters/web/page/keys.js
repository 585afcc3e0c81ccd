/**
 * Keys that work everywhere on the page, and the buttons within messages that copy code.
 *
 * @param {{ write: () => void, move: (step: number) => void, stop: () => void }} actions
 */
export function listenToKeys({ write, move, stop }) {
  addEventListener('keydown', (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === 'Escape') stop();
    else if (event.key === '/' && !isWriting(event.target)) act(event, write);
    else if (event.altKey && event.key === 'ArrowUp') act(event, () => move(-1));
    else if (event.altKey && event.key === 'ArrowDown') act(event, () => move(1));
  });
  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.matches('button.copy')) copyCode(event.target);
  });
}

/**
 * @param {KeyboardEvent} event
 * @param {() => void} action
 */
function act(event, action) {
  event.preventDefault();
  action();
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  return target instanceof Element && target.matches('input, textarea, select, [contenteditable]');
}

/** @param {Element} button */
async function copyCode(button) {
  const code = button.closest('figure')?.querySelector('code');
  const text = code?.textContent ?? '';
  const copied = await writeClipboard(text, code);
  button.textContent = copied ? 'Copied' : 'Press Ctrl+C';
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 1600);
}

/**
 * Browsers give the clipboard to secure contexts only; elsewhere the code is selected, to be copied by hand.
 *
 * @param {string} text
 * @param {Element | null | undefined} code
 */
async function writeClipboard(text, code) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (code) getSelection()?.selectAllChildren(code);
    return false;
  }
}
