/** The server did not answer: whether it took effect is unknown, the same call again is safe. */
export class OfflineError extends Error {}

/** The server said no, in a sentence for the person. */
class RefusedError extends Error {}

/** @param {string} thread */
const messagesOf = (thread) => `/api/threads/${encodeURIComponent(thread)}/messages`;

/**
 * @param {string} thread
 * @param {string} message
 */
const messageOf = (thread, message) => `${messagesOf(thread)}/${encodeURIComponent(message)}`;

export const api = {
  /** @param {string} id */
  makeThread: (id) => call('POST', '/api/threads', { id }),
  /**
   * @param {string} thread
   * @param {{ id: string, text: string, replyTo?: string }} body
   */
  send: (thread, body) => call('POST', messagesOf(thread), body),
  /**
   * @param {string} thread
   * @param {string} message
   * @param {{ id: string, text: string }} body
   */
  change: (thread, message, body) => call('PATCH', messageOf(thread, message), body),
  /**
   * @param {string} thread
   * @param {string} message
   */
  withdraw: (thread, message) => call('DELETE', messageOf(thread, message)),
  /**
   * @param {string} thread
   * @param {string} message
   * @param {{ id: string, token: string }} body
   */
  press: (thread, message, body) => call('POST', `${messageOf(thread, message)}/press`, body),
  /**
   * @param {string} thread
   * @param {string} message
   * @param {{ id: string, token: string, fields: Record<string, string[]> }} body
   */
  submit: (thread, message, body) => call('POST', `${messageOf(thread, message)}/form`, body),
  /**
   * @param {string} thread
   * @param {number} before
   */
  earlier: (thread, before) => call('GET', `${messagesOf(thread)}?before=${before}`),
};

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
async function call(method, path, body) {
  const headers = body === undefined ? undefined : { 'content-type': 'application/json' };
  const response = await fetch(path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  }).catch((cause) => {
    throw new OfflineError('Dragoman does not answer.', { cause });
  });
  if (response.status === 401) location.reload();
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new RefusedError(answer.error ?? 'Something went wrong on our side. Try again in a moment.');
}
