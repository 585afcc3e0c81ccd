/** What a person does on the page. Each resolves when the gateway has stored it, and is the same when repeated. */
import type { z } from 'zod';
import type { InboundEvent } from '../../src/core/channel.ts';
import { UserError } from '../../src/core/errors.ts';
import type { OpenThread } from './archive.ts';
import { attachFiles } from './attachments.ts';
import { type Board, byKey, nextPlace, putMessage } from './board.ts';
import type { Files } from './files.ts';
import {
  type bodies,
  buttonPressed,
  commandIn,
  commandSent,
  type Deed,
  formSubmitted,
  longestText,
  messageDeleted,
  messageEdited,
  messageSent,
} from './inbound.ts';
import { quoteOf } from './quote.ts';
import type { FileFacts, PersonRecord } from './records.ts';
import { titleOf } from './summary.ts';

export interface Actions {
  makeThread(id: string): Promise<void>;
  send(thread: string, body: Body<'message'>): Promise<PersonRecord>;
  change(thread: string, message: string, body: Body<'change'>): Promise<void>;
  withdraw(thread: string, message: string): Promise<void>;
  press(thread: string, message: string, body: Body<'press'>): Promise<void>;
  submit(thread: string, message: string, body: Body<'form'>): Promise<void>;
}

type Body<Name extends keyof typeof bodies> = z.infer<(typeof bodies)[Name]>;

/** What was asked for is not there (any more). */
export class MissingError extends Error {
  override readonly name = 'MissingError';
}

/** The gateway could not store it: nothing has happened, and it may be tried again. */
export class NotTakenError extends Error {
  override readonly name = 'NotTakenError';
}

export interface ActionsDeps {
  readonly board: Board;
  readonly files: Files;
  readonly name: string;
  /** Names that `!` before them makes a command; `/` makes one of any word. */
  readonly commands: readonly { readonly name: string }[];
  receive(event: InboundEvent): Promise<void>;
}

export function createActions(given: ActionsDeps): Actions {
  const { board, files } = given;
  const receive = (event: InboundEvent) => take(given, event);
  const deps = { ...given, receive };
  const deed = (thread: string): Deed => ({ thread, name: deps.name, at: board.now() });
  return {
    makeThread: (id) => makeThread(board, id),
    send: (id, body) => inThread(board, id, (thread) => send(deps, thread, body)),
    change: (id, message, body) =>
      inThread(board, id, async (thread) => {
        const own = ownMessage(thread, message);
        checkText(body.text, own.files);
        const event = messageEdited(deed(id), message, body);
        await receive(event);
        const before = { change: event.id, text: own.text, edited: own.edited };
        await putMessage(board, thread, { ...own, text: body.text, edited: true, before });
      }),
    withdraw: (id, message) =>
      inThread(board, id, async (thread) => {
        const own = ownMessage(thread, message);
        await receive(messageDeleted(deed(id), message));
        await putMessage(board, thread, { ...own, deleted: true });
        for (const file of own.files ?? []) await files.remove(file.id);
      }),
    press: async (id, message, body) => {
      await agentMessage(board, id, message);
      await receive(buttonPressed(deed(id), message, body));
    },
    submit: async (id, message, body) => {
      await agentMessage(board, id, message);
      await receive(formSubmitted(deed(id), message, body));
    },
  };
}

async function take(deps: ActionsDeps, event: InboundEvent): Promise<void> {
  try {
    await deps.receive(event);
  } catch (cause) {
    throw new NotTakenError('It was not taken: Dragoman could not store it. Try again in a moment.', {
      cause,
    });
  }
}

async function makeThread(board: Board, id: string): Promise<void> {
  await board.archive.inTurn(id, async () => {
    if ((await board.archive.open(id)) !== undefined) return;
    const now = board.now();
    await board.archive.putThread({ id, title: '', createdAt: now, activeAt: now, state: 'idle' });
  });
}

/** Stored first and shown last: in between the gateway takes it, and a repeated send goes on where this one ended. */
async function send(deps: ActionsDeps, thread: OpenThread, body: Body<'message'>): Promise<PersonRecord> {
  const { board } = deps;
  const known = byKey(thread, 'person', body.id);
  if (known?.from === 'person' && known.taken) return known;
  const message = known?.from === 'person' ? known : await newMessage(deps, thread, body);
  if (known === undefined) await board.archive.putMessage(thread, message);
  await deps.receive(eventOf(deps, thread, message));
  const taken = { ...message, taken: true };
  const first = ![...thread.messages.values()].some((each) => each.from === 'person' && each.taken);
  await putMessage(board, thread, taken, {
    activeAt: message.at,
    ...(first ? { title: titleOf(wordsOf(message)) } : {}),
  });
  return taken;
}

function eventOf({ name, commands }: ActionsDeps, thread: OpenThread, message: PersonRecord): InboundEvent {
  const said = { thread: thread.record.id, name, at: message.at };
  const command = commandIn(message.text, commands);
  if (command !== undefined) return commandSent(said, message, command);
  const answered = message.replyTo === undefined ? undefined : thread.messages.get(message.replyTo);
  return messageSent(said, message, quoteOf(answered, name));
}

async function newMessage(
  { board, files, commands }: ActionsDeps,
  thread: OpenThread,
  body: Body<'message'>,
): Promise<PersonRecord> {
  const attached = await attachFiles(files, body.files);
  checkText(body.text, attached);
  if (attached.length > 0 && commandIn(body.text, commands) !== undefined)
    throw new UserError('A command takes no files. Send it alone, and the files with a message.');
  return {
    ...nextPlace(board, thread),
    from: 'person',
    key: body.id,
    text: body.text,
    edited: false,
    deleted: false,
    taken: false,
    ...(attached.length === 0 ? {} : { files: [...attached] }),
    ...(body.replyTo === undefined ? {} : { replyTo: body.replyTo }),
  };
}

function wordsOf({ text, files = [] }: PersonRecord): string {
  return text.trim() === '' ? files.map(({ name }) => name).join(', ') : text;
}

function checkText(text: string, files: readonly FileFacts[] = []): void {
  if (text.trim() === '' && files.length === 0)
    throw new UserError('There is nothing in this message; write something first.');
  if (text.length > longestText)
    throw new UserError('Your message is over 100,000 characters; attach it as a text file instead.');
}

function ownMessage(thread: OpenThread, id: string): PersonRecord {
  const message = thread.messages.get(id);
  if (message?.from !== 'person' || message.deleted)
    throw new MissingError('This message is no longer here.');
  return message;
}

async function agentMessage(board: Board, thread: string, id: string): Promise<void> {
  const open = await board.archive.open(thread);
  if (open?.messages.get(id)?.from !== 'agent') throw new MissingError('This message is no longer here.');
}

async function inThread<T>(board: Board, id: string, act: (thread: OpenThread) => Promise<T>): Promise<T> {
  return board.archive.inTurn(id, async () => {
    const thread = await board.archive.open(id);
    if (thread === undefined) throw new MissingError('This thread is not here.');
    return act(thread);
  });
}
