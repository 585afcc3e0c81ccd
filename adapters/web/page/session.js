/**
 * The session of this browser. Its token stands in the storage of the page's own origin, port included, and goes out
 * in a header: nothing is sent by the browser on its own, so no other server on this machine ever gets it.
 */

const place = 'dragoman.session';
/** Says that this browser was let in before; it opens nothing, and outlives signing out. */
const markPlace = 'dragoman-known';

/** Headers that show who asks. @returns {Record<string, string>} */
export function credentials() {
  const token = localStorage.getItem(place);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** @typedef {{ signedIn: boolean, asks: 'key' | 'password' }} SessionState */

/** Rejects where the server does not answer. @returns {Promise<SessionState>} */
export async function sessionState() {
  const response = await fetch('/api/session', { headers: credentials() });
  return response.json();
}

/**
 * Undefined: it is open; else why not, in a sentence.
 *
 * @param {{ key: string } | { password: string }} shown
 * @returns {Promise<string | undefined>}
 */
export async function signIn(shown) {
  const mark = localStorage.getItem(markPlace);
  const response = await fetch('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...shown, ...(mark === null ? {} : { mark }) }),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) return answer.error ?? 'Something went wrong on our side. Try again in a moment.';
  localStorage.setItem(place, answer.token);
  localStorage.setItem(markPlace, answer.mark);
  return undefined;
}

/** The token is of no use any more: what to do is shown by the page when it begins anew. */
export function forgetSession() {
  localStorage.removeItem(place);
  location.reload();
}

/** Ends the session here and at the server, and forgets what was written in this browser. */
export async function signOut() {
  // One that the server could not be told of ends there by itself; here it ends now.
  await fetch('/api/session', { method: 'DELETE', headers: credentials() }).catch(() => undefined);
  const kept = Object.keys(localStorage).filter((key) => key.startsWith('dragoman.'));
  for (const key of kept) localStorage.removeItem(key);
  location.replace('/');
}
