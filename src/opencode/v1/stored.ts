/**
 * The messages that the server stores of a session. OpenCode 1.18.33 checks the page that holds the oldest message,
 * and no other (measured): a prompt with `format: json_schema` on it makes it a refusal, for ever. So a page that is
 * refused is asked for in smaller pieces, down to one message; where that is refused too, it is told that what came
 * before is not known.
 */
import type { Message, Part } from '@opencode-ai/sdk/v2';
import type { SessionRef } from '../../core/agent.ts';
import { type Calls, refusalStatus } from './calls.ts';

export interface RawMessage {
  readonly info: Message;
  readonly parts: readonly Part[];
}

export interface Stored {
  /** Oldest first, without a gap up to the newest. */
  readonly messages: readonly RawMessage[];
  /** The message before the first of these cannot be read, and so none before it. */
  readonly unreadable: boolean;
}

/** 2,000 messages after one prompt are a run away; what is older is not looked at. */
const messagesPerPage = 100;
const mostMessages = 2_000;
/** A page that is refused is asked for again with fewer messages, down to one. */
const shrink = 3;

/** The newest messages, back to where there are enough of them. Rejects as `Calls` does. */
export async function readStored(
  calls: Calls,
  ref: SessionRef,
  isEnough: (messages: readonly RawMessage[]) => boolean = () => false,
  most = mostMessages,
): Promise<Stored> {
  let messages: readonly RawMessage[] = [];
  let before: string | undefined;
  for (let limit = Math.min(messagesPerPage, most); messages.length < most; ) {
    const page = await pageOf(calls, ref, limit, before);
    if (page === undefined && limit === 1) return { messages, unreadable: true };
    if (page === undefined) {
      limit = Math.max(1, Math.floor(limit / shrink));
      continue;
    }
    messages = [...page.messages, ...messages];
    if (page.next === undefined || isEnough(messages)) break;
    before = page.next;
  }
  return { messages, unreadable: false };
}

interface Page {
  readonly messages: readonly RawMessage[];
  readonly next: string | undefined;
}

/** undefined: it holds a message that the server cannot read. */
async function pageOf(
  calls: Calls,
  { session: sessionID, directory }: SessionRef,
  limit: number,
  before: string | undefined,
): Promise<Page | undefined> {
  const cursor: { next: string | undefined } = { next: undefined };
  try {
    const messages = await calls('read the messages', async (client, options) => {
      const query = { sessionID, directory, limit, ...(before === undefined ? {} : { before }) };
      const answer = await client.session.messages(query, options);
      cursor.next = answer.response?.headers.get('x-next-cursor') ?? undefined;
      return answer;
    });
    return { messages, next: cursor.next };
  } catch (error) {
    const status = refusalStatus(error);
    if (status === 400 || status === 500) return undefined;
    throw error;
  }
}

/** Whether the server has this message, also where it cannot read it. */
export async function hasStored(
  calls: Calls,
  { session: sessionID, directory }: SessionRef,
  messageID: string,
): Promise<boolean> {
  try {
    await calls('read the message', (client, options) =>
      client.session.message({ sessionID, directory, messageID }, options),
    );
    return true;
  } catch (error) {
    const status = refusalStatus(error);
    if (status === 404) return false;
    if (status === 400 || status === 500) return true;
    throw error;
  }
}
