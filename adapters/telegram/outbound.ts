/** Messages of ours, in the best form that the server takes; a chat that has moved is followed. */
import type { Api } from 'grammy';
import type { InputRichMessage } from 'grammy/types';
import type { Host, MessageId, OutboundMessage, ThreadAddress } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import { type Abilities, hopes } from './abilities.ts';
import { topicParameter } from './address.ts';
import { type Composed, compose, composePlain, composeRich } from './composing.ts';
import { channelError, isContentRefused, refusalOf } from './failures.ts';
import { buttonsOf, keyboardOf } from './keyboard.ts';

/** What sending needs. */
export interface Sender {
  readonly api: Api;
  readonly abilities: Abilities;
  /** Resolves when it is stored that a chat has another id. */
  moved(from: string, to: string): Promise<void>;
  /** How a person is called, where that is known. */
  nameOf(author: string): string | undefined;
}

export function createSender(parts: Omit<Sender, 'abilities'>): Sender {
  return { ...parts, abilities: hopes() };
}

/** Where a call goes: the chat as it is called now, and the topic. */
interface Target {
  readonly chat: number;
  readonly message_thread_id?: number;
}

/** Resolves when it is stored that a chat has another id. */
export async function moved(
  host: Pick<Host, 'channelMoved' | 'log'>,
  from: string,
  to: string,
): Promise<void> {
  await host.channelMoved(from, to);
  host.log.info({ from, to }, 'a group became a supergroup: its threads moved with it');
}

/** Runs a call in a chat; where the chat has another id by now, says so and repeats it there. */
export async function inChat<T>(
  { moved }: Pick<Sender, 'moved'>,
  address: ThreadAddress,
  method: string,
  call: (target: Target) => Promise<T>,
): Promise<T> {
  const topic = topicParameter(address);
  try {
    return await call({ chat: Number(address.channel), ...topic });
  } catch (error) {
    const to = refusalOf(error)?.movedTo;
    if (to === undefined) throw failed(method, error);
    await moved(address.channel, to);
    return again(method, () => call({ chat: Number(to), ...topic }));
  }
}

async function again<T>(method: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw failed(method, error);
  }
}

function failed(method: string, error: unknown): ChannelError {
  return error instanceof ChannelError ? error : channelError(method, error);
}

export function post(sender: Sender, address: ThreadAddress, message: OutboundMessage): Promise<MessageId> {
  const { api } = sender;
  return inChat(sender, address, 'sendMessage', async ({ chat, ...topic }) => {
    const manner = {
      ...topic,
      ...(message.silent ? { disable_notification: true } : {}),
      ...replyTo(message.replyTo),
    };
    const sent = await inBestForm<{ readonly message_id: number }>(sender, message, {
      text: ({ text, entities, keyboard }) =>
        api.sendMessage(chat, text, { ...manner, ...looks(entities), ...markup(keyboard) }),
      rich: (rich, keyboard) => api.sendRichMessage(chat, rich, { ...manner, ...markup(keyboard) }),
    });
    return String(sent.message_id);
  });
}

/** A message that is gone is answered all the same, as if it were not a reply. */
export function replyTo(message: MessageId | undefined) {
  return message === undefined
    ? {}
    : { reply_parameters: { message_id: Number(message), allow_sending_without_reply: true } };
}

/** Without a link's preview, which would be fetched. */
export function looks(entities: Composed['entities']) {
  return { entities: [...entities], link_preview_options: { is_disabled: true } };
}

function markup(keyboard: Composed['keyboard']) {
  return keyboard === undefined ? {} : { reply_markup: keyboard };
}

export function edit(
  sender: Sender,
  address: ThreadAddress,
  id: MessageId,
  message: OutboundMessage,
): Promise<void> {
  const { api } = sender;
  return inChat(sender, address, 'editMessageText', async ({ chat }) => {
    await unlessSame(() =>
      inBestForm(sender, message, {
        text: ({ text, entities, keyboard }) =>
          api.editMessageText(chat, Number(id), text, { ...looks(entities), ...markup(keyboard) }),
        rich: (rich, keyboard) => api.editMessageText(chat, Number(id), rich, markup(keyboard)),
      }),
    );
  });
}

interface Ways<T> {
  text(composed: Composed): Promise<T>;
  rich(rich: InputRichMessage, keyboard: Composed['keyboard']): Promise<T>;
}

/** A server that refuses so many rich messages one after another is asked for no more. */
const mostRichRefusals = 3;

/**
 * Rich where that shows more and the server can, then with marks, then without: what is refused for its content, in
 * whatever words, is tried in the plainer form. Throws the last refusal.
 */
async function inBestForm<T>(sender: Sender, message: OutboundMessage, forms: Ways<T>): Promise<T> {
  const { abilities, nameOf } = sender;
  const name = message.mention === undefined ? undefined : nameOf(message.mention);
  const rich = abilities.rich ? composeRich(message, name) : undefined;
  if (rich !== undefined) {
    try {
      const shown = await forms.rich(rich, keyboardOf(buttonsOf(message)));
      abilities.richRefusals = 0;
      return shown;
    } catch (error) {
      noteRichRefusal(abilities, error);
    }
  }
  return asText(message, name, forms);
}

/** Throws what is no refusal of the form. */
function noteRichRefusal(abilities: Abilities, error: unknown): void {
  const unknown = isMethodUnknown(error);
  if (!unknown && !isContentRefused(error)) throw error;
  abilities.richRefusals += 1;
  abilities.rich = !unknown && abilities.richRefusals < mostRichRefusals;
}

async function asText<T>(message: OutboundMessage, name: string | undefined, forms: Ways<T>): Promise<T> {
  const marked = compose(message, name);
  try {
    return await forms.text(marked);
  } catch (error) {
    const bare = composePlain(message);
    if (!isContentRefused(error) || bare === undefined) throw error;
    if (bare.text === marked.text && marked.entities.length === 0) throw error;
    return forms.text(bare);
  }
}

/** The method, or the form of its argument, is one that this server does not have. */
function isMethodUnknown(error: unknown): boolean {
  const refusal = refusalOf(error);
  if (refusal?.code === 404) return true;
  return refusal?.code === 400 && /text is empty|unsupported/i.test(refusal.description);
}

async function unlessSame(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!/message is not modified/i.test(refusalOf(error)?.description ?? '')) throw error;
  }
}

/** What stands where a message can no longer be deleted: Telegram allows it for 48 hours. */
const leftover = '(taken back)';

export function remove(sender: Sender, address: ThreadAddress, id: MessageId): Promise<void> {
  return inChat(sender, address, 'deleteMessage', async ({ chat }) => {
    try {
      await sender.api.deleteMessage(chat, Number(id));
    } catch (error) {
      const words = refusalOf(error)?.description ?? '';
      if (/message to delete not found/i.test(words)) return;
      if (!/message can't be deleted/i.test(words)) throw error;
      await unlessSame(() => sender.api.editMessageText(chat, Number(id), leftover));
    }
  });
}
