/**
 * Ids and tokens that are made with the operator's secret: of prompts at the agent server, of posts on platforms, of
 * buttons. The same input gives the same id, so that a second try is known for one.
 */
import { createHmac } from 'node:crypto';
import {
  type InboxId,
  type ServerMessageId,
  type ServerSessionId,
  type SessionId,
  serverMessageId,
  type ThreadId,
} from '../core/ids.ts';
import { isSecret } from '../lib/secret.ts';

/** Ids and tokens that only a holder of the secret can make: nobody in a chat can guess or forge one. */
export interface Ids {
  /**
   * The server's message id of a prompt. Bound to the session, because the server's ids are global and a message
   * id of another session would write into that one (facts: opencode §0.3).
   */
  message(session: ServerSessionId, inbox: InboxId, at: number): ServerMessageId;
  /** `order`: its place in the prompt; the server keeps parts in the order of their ids. */
  part(session: ServerSessionId, inbox: InboxId, at: number, order?: number): string;
  /** Key of a post, the same for every try: 22 characters. */
  post(thread: ThreadId, slot: string): string;
  /** Key under which the server's session of a row is found again. */
  session(row: SessionId): string;
  /** Opaque token of a button. */
  sign(action: string): string;
  /** The action, if the token is ours. */
  verify(token: string): string | undefined;
  /** What marks the words of others in a prompt, so that nothing in them can look like their end: 12 characters. */
  boundary(inbox: InboxId): string;
  /** Keyed hash of a text, another for each purpose. */
  digest(purpose: string, text: string): Buffer;
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The 48-bit time prefix that the server gives its own ids, so that ours sort among them. */
function timePrefix(at: number, order = 0): string {
  return ((BigInt(at) * 0x1000n + BigInt(order)) & 0xffff_ffff_ffffn).toString(16).padStart(12, '0');
}

export function createIds(secret: string): Ids {
  const mac = (text: string) => createHmac('sha256', secret).update(text).digest();
  const word = (text: string) => Array.from(mac(text).subarray(0, 14), (byte) => base62[byte % 62]).join('');
  const tag = (action: string) => mac(`button:${action}`).toString('base64url').slice(0, 12);
  return {
    message: (session, inbox, at) =>
      serverMessageId(`msg_${timePrefix(at)}${word(`message:${session}:${inbox}`)}`),
    part: (session, inbox, at, order = 0) =>
      `prt_${timePrefix(at, order)}${word(`part:${session}:${inbox}${order === 0 ? '' : `:${order}`}`)}`,
    post: (thread, slot) => mac(`post:${thread}:${slot}`).toString('base64url').slice(0, 22),
    session: (row) => mac(`session:${row}`).toString('base64url').slice(0, 22),
    boundary: (inbox) => word(`boundary:${inbox}`).slice(0, 12),
    digest: (purpose, text) => mac(`digest:${purpose}:${text}`),
    sign: (action) => `${action}.${tag(action)}`,
    verify(token) {
      const dot = token.lastIndexOf('.');
      const action = token.slice(0, dot);
      return isSecret(token.slice(dot + 1), tag(action)) ? action : undefined;
    },
  };
}
