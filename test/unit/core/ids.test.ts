import { expect, test } from 'vitest';
import { readAction } from '../../../src/core/action.ts';
import {
  type InboxId,
  inboxId,
  type MessageId,
  type PersonId,
  type ProjectName,
  type PromptId,
  promptId,
  type RequestId,
  requestId,
  type ServerMessageId,
  type ServerName,
  type ServerRequestId,
  type ServerSessionId,
  type SessionId,
  serverMessageId,
  serverRequestId,
  serverSessionId,
  sessionId,
  type ThreadId,
  threadId,
} from '../../../src/core/ids.ts';
import { slotPlace } from '../../../src/core/slot.ts';
import type { Store } from '../../../src/store/types.ts';

const thread = threadId(1);
const session = sessionId(1);
const prompt = promptId(1);
const request = requestId(1);
const inbox = inboxId(1);
const serverSession = serverSessionId('1');
const serverMessage = serverMessageId('1');
const serverRequest = serverRequestId('1');

/** Takes one of each, as the house hands them on. What the compiler lets through here is a hole. */
function take(_of: {
  readonly thread?: ThreadId;
  readonly session?: SessionId;
  readonly prompt?: PromptId;
  readonly request?: RequestId;
  readonly inbox?: InboxId;
  readonly serverSession?: ServerSessionId;
  readonly serverMessage?: ServerMessageId;
  readonly serverRequest?: ServerRequestId;
  readonly message?: MessageId;
  readonly person?: PersonId;
  readonly server?: ServerName;
  readonly project?: ProjectName;
}): void {}

test('each kind of row goes where its like goes, and nowhere else', () => {
  take({ thread, session, prompt, request, inbox });
  // @ts-expect-error a number may be anything
  take({ thread: 1 });
  // @ts-expect-error
  take({ thread: session });
  // @ts-expect-error
  take({ session: prompt });
  // @ts-expect-error
  take({ prompt: thread });
  // @ts-expect-error
  take({ request: prompt });
  // @ts-expect-error
  take({ inbox: prompt });
  // @ts-expect-error two kinds are never the same
  expect(thread === prompt).toBe(true);
});

test('the agent server’s ids are neither ours, nor a platform’s, nor one another', () => {
  take({ serverSession, serverMessage, serverRequest });
  // @ts-expect-error the row of it is another thing
  take({ serverSession: session });
  // @ts-expect-error
  take({ session: serverSession });
  // @ts-expect-error
  take({ serverSession: serverMessage });
  // @ts-expect-error
  take({ serverRequest: request });
  // @ts-expect-error
  take({ serverRequest: 'per_1' });
  // @ts-expect-error
  take({ message: serverMessage });
});

test('what adapters and operators name is any text, and goes where its like goes', () => {
  const message: MessageId = '171.5';
  const person: PersonId = 'test:ann';
  const server: ServerName = 'main';
  const project: ProjectName = 'api';
  take({ message, person, server, project });
  // @ts-expect-error
  take({ server: project });
  // @ts-expect-error
  take({ project: person });
  // @ts-expect-error
  take({ message: person });
  // @ts-expect-error
  take({ person: message });
  // @ts-expect-error
  take({ serverMessage: message });
});

test('the store is asked with the id of what it looks for', () => {
  const ask = (store: Store) => [
    store.ledger.forPrompt(thread, prompt),
    // @ts-expect-error the other way round
    store.ledger.forPrompt(prompt, thread),
    // @ts-expect-error
    store.requests.byId(prompt),
    // @ts-expect-error
    store.threads.bySession(thread),
    // @ts-expect-error
    store.prompts.byPiece(thread, prompt),
    // @ts-expect-error
    store.prompts.byMessageId('171.5'),
    // @ts-expect-error
    store.sessions.bySession('main', serverMessage),
  ];
  expect(ask).toHaveLength(1);
});

test('what is read out of a key or a button has its kind', () => {
  take({ prompt: slotPlace('12/3/activity/40').prompt });
  const action = readAction('request:3:once');
  if (action?.type !== 'request') throw new Error('it was written as a request');
  take({ request: action.request });
  // @ts-expect-error
  take({ prompt: action.request });
  expect(action.request).toBe(3);
});
