import { credentials, forgetSession } from './session.js';

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
   * @param {{ id: string, text: string, files: string[], replyTo?: string }} body
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
  /** @param {{ id: string, name: string, mime: string, size: number }} body @returns {Promise<{ parts: number }>} */
  beginFile: (body) => call('POST', '/api/files', body),
  /**
   * @param {string} file
   * @param {number} part
   * @param {ArrayBuffer} bytes
   */
  addPart: (file, part, bytes) => call('POST', `/api/files/${encodeURIComponent(file)}/parts/${part}`, bytes),
  /** @param {string} file */
  removeFile: (file) => call('DELETE', `/api/files/${encodeURIComponent(file)}`),
  /** The bytes of a file. @param {string} file @returns {Promise<Blob>} */
  async bytes(file) {
    const response = await fetch(`/api/files/${encodeURIComponent(file)}`, { headers: credentials() });
    if (response.status === 401) forgetSession();
    if (!response.ok) throw new RefusedError('This file is no longer here.');
    return response.blob();
  },
  /** Ids of threads in which these words stand, the newest first. @param {string} words @returns {Promise<{ threads: string[] }>} */
  find: (words) => call('GET', `/api/threads?find=${encodeURIComponent(words)}`),
  /** @param {string} thread @param {{ archived: boolean }} change */
  changeThread: (thread, change) => call('PATCH', `/api/threads/${encodeURIComponent(thread)}`, change),
  /** @param {string} thread */
  deleteThread: (thread) => call('DELETE', `/api/threads/${encodeURIComponent(thread)}`),
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
  const raw = body instanceof ArrayBuffer;
  const type = raw ? 'application/octet-stream' : 'application/json';
  const response = await fetch(path, {
    method,
    headers: { ...credentials(), ...(body === undefined ? {} : { 'content-type': type }) },
    body: raw || body === undefined ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  }).catch((cause) => {
    throw new OfflineError('Dragoman does not answer.', { cause });
  });
  if (response.status === 401) forgetSession();
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new RefusedError(answer.error ?? 'Something went wrong on our side. Try again in a moment.');
}
