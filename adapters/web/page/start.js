/** What runs first: whoever is signed in gets the page, everybody else is told how to come in. */
import { byId } from './dom.js';
import { sessionState, signIn } from './session.js';

/** A start of the server takes a few seconds, milliseconds. */
const againMs = 2000;

/** As it is printed, and as it was printed by earlier versions. */
function keyInAddress() {
  const key =
    new URLSearchParams(location.hash.slice(1)).get('key') ?? new URLSearchParams(location.search).get('key');
  // It stays in no history.
  if (key !== null) history.replaceState(null, '', '/');
  return key;
}

// The printed address, given to a tab that is here already, does not load the page anew by itself.
addEventListener('hashchange', () => {
  if (location.hash.startsWith('#key=')) location.reload();
});

async function start() {
  const key = keyInAddress();
  const state = await sessionState();
  if (key !== null && state.asks === 'key') {
    const refusal = await signIn({ key });
    if (refusal === undefined || state.signedIn) return open();
    return ask(state.asks, refusal);
  }
  return state.signedIn ? open() : ask(state.asks);
}

/** The page shows itself once all of it is there: what is typed into it before would be lost. */
async function open() {
  await import('./main.js');
}

const words = {
  key: 'This page drives a coding agent, so it opens only with its key. Use the address that Dragoman printed when it started; it ends in /#key=… and stands in the terminal or the log.',
  password: 'This page drives a coding agent. Enter the password that its operator has set.',
};

/** @param {'key' | 'password'} way @param {string} [refusal] */
function ask(way, refusal) {
  byId('sign-in').hidden = false;
  byId('sign-in-text').textContent = refusal ?? words[way];
  const form = byId('sign-in-form');
  form.hidden = way !== 'password';
  byId('sign-in-warning').hidden = way !== 'password' || !isUnencrypted();
  if (way === 'password') byId('password').focus();
}

/** What is typed here can be read on its way. */
function isUnencrypted() {
  return !isSecureContext && location.protocol === 'http:';
}

byId('sign-in-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  /** @type {HTMLInputElement} */
  const field = byId('password');
  const refusal = await signIn({ password: field.value }).catch(
    () => 'Dragoman does not answer. Try again in a moment.',
  );
  if (refusal === undefined) return open();
  field.value = '';
  return ask('password', refusal);
});

function begin() {
  start().catch(() => {
    byId('sign-in').hidden = false;
    byId('sign-in-text').textContent = 'Dragoman does not answer; trying again.';
    setTimeout(begin, againMs);
  });
}

begin();
