/** What the page may send, and the event that each becomes. */
import { z } from 'zod';
import type {
  ButtonEvent,
  CommandEvent,
  FormEvent,
  InboundEvent,
  MessageEvent,
  ThreadAddress,
} from '../../src/core/channel.ts';
import type { PersonRecord } from './records.ts';

export const platform = 'web';

/** The one person of the page. */
export const owner = 'web:owner';

/** Longest message of a person, in UTF-16 units: the agent's context is no place for more in one piece. */
export const longestText = 100_000;

/** Made by the page, once for each thing that a person does; the same id again is the same thing. */
const actionId = z.string().regex(/^[\w-]{8,64}$/);
const token = z.string().min(1).max(64);

export const bodies = {
  session: z.object({
    key: z.string().max(2000).optional(),
    password: z.string().max(2000).optional(),
    mark: z.string().max(200).optional(),
  }),
  thread: z.object({ id: actionId }),
  threadChange: z.object({ archived: z.boolean() }),
  message: z.object({
    id: actionId,
    text: z.string(),
    files: z.array(actionId).max(100).default([]),
    replyTo: z.string().max(64).exactOptional(),
  }),
  file: z.object({
    id: actionId,
    // Some browsers give a path.
    name: z.string().transform((name) => name.replace(/^.*[/\\]/s, '').slice(-200) || 'file'),
    mime: z
      .string()
      .transform((mime) => (/^[\w.+-]+\/[\w.+-]+$/.test(mime) ? mime : 'application/octet-stream')),
    size: z.int().nonnegative(),
  }),
  change: z.object({ id: actionId, text: z.string() }),
  press: z.object({ id: actionId, token }),
  form: z.object({
    id: actionId,
    token,
    fields: z.record(z.string().max(64), z.array(z.string().max(longestText)).max(100)),
  }),
} as const;

/** Who did it, where and when. */
export interface Deed {
  readonly thread: string;
  readonly name: string;
  readonly at: number;
}

const addressOf = (thread: string): ThreadAddress => ({ platform, channel: 'page', thread });

function base(deed: Deed, id: string) {
  const author = { id: owner, name: deed.name };
  return {
    id: `${deed.thread}/${id}`,
    address: addressOf(deed.thread),
    author,
    room: 'private' as const,
    at: deed.at,
  };
}

export function messageSent(deed: Deed, message: PersonRecord, quote: MessageEvent['quote']): InboundEvent {
  return {
    ...base(deed, `message/${message.key}`),
    type: 'message',
    message: message.id,
    text: message.text,
    addressed: true,
    ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
    ...(quote === undefined ? {} : { quote }),
    ...(message.files === undefined ? {} : { attachments: message.files }),
  };
}

/** The command that a message is, in either form. */
export function commandIn(
  text: string,
  commands: readonly { readonly name: string }[],
): Pick<CommandEvent, 'name' | 'text'> | undefined {
  const [, sign, name, rest = ''] = /^\s*([/!])([a-z][\w-]*)(?:\s+([\s\S]*))?$/i.exec(text) ?? [];
  if (name === undefined) return undefined;
  const ours = commands.some((command) => command.name === name.toLowerCase());
  return sign === '/' || ours ? { name, text: rest } : undefined;
}

export function commandSent(
  deed: Deed,
  message: PersonRecord,
  command: Pick<CommandEvent, 'name' | 'text'>,
): CommandEvent {
  return {
    ...base(deed, `message/${message.key}`),
    type: 'command',
    ...command,
    message: message.id,
    ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
  };
}

export function messageEdited(
  deed: Deed,
  message: string,
  body: z.infer<typeof bodies.change>,
): InboundEvent {
  return { ...base(deed, `edit/${body.id}`), type: 'message-edited', message, text: body.text };
}

/** A message can be deleted once, so the event needs no id from the page. */
export function messageDeleted(deed: Deed, message: string): InboundEvent {
  return { ...base(deed, `delete/${message}`), type: 'message-deleted', message };
}

export function buttonPressed(deed: Deed, message: string, body: z.infer<typeof bodies.press>): ButtonEvent {
  return { ...base(deed, `press/${body.id}`), type: 'button', message, token: body.token };
}

export function formSubmitted(deed: Deed, message: string, body: z.infer<typeof bodies.form>): FormEvent {
  return { ...base(deed, `form/${body.id}`), type: 'form', message, token: body.token, fields: body.fields };
}
