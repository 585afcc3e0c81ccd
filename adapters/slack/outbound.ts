/** Messages of ours, by posts and edits; one that grows is a stream of Slack's while that goes well. */
import type { Documents, MessageId, OutboundMessage, ThreadAddress } from '../../src/core/channel.ts';
import { richestTaken } from '../../src/core/ladder.ts';
import { formsOf } from '../../src/lib/forms.ts';
import { createRecent, type Recent } from '../../src/lib/recent.ts';
import { type Content, formsOfContent } from './blocks.ts';
import type { Client } from './client.ts';
import { channelError, isRateLimited, wordOf } from './failures.ts';
import { keep, packed } from './forms.ts';
import { main } from './inbound.ts';
import { metadataOf } from './metadata.ts';
import { neutral } from './neutral.ts';
import type { Streams } from './streams.ts';

/** What sending needs. */
export interface Sender {
  readonly client: Client;
  readonly streams: Streams;
  /** By channel and message: which of its forms was taken last. */
  readonly taken: Recent<string, number>;
  /** Where forms are kept that a button cannot carry. */
  readonly documents: Documents;
  now(): number;
  /** A call failed, or went well. */
  called(error?: unknown): void;
}

/** Messages that grow at one time are few; what is forgotten is asked for once more. */
const mostTaken = 1000;

export function createTakenForms(): Sender['taken'] {
  return createRecent(mostTaken);
}

const placeOf = ({ channel, thread }: ThreadAddress) =>
  thread === main ? { channel } : { channel, thread_ts: thread };

/**
 * In the richest form that Slack takes. Text that still grows begins with the form that was taken last, so that a
 * refusal is not asked for with every word; the last word on it is tried in all of them.
 */
async function inForms<T>(
  sender: Sender,
  message: OutboundMessage,
  call: (content: Content) => Promise<T>,
  place?: string,
): Promise<T> {
  const { documents, taken } = sender;
  await keep(documents, formsOf(message), sender.now());
  const all = formsOfContent(message, packed);
  const first = message.live && place !== undefined ? (taken.get(place) ?? 0) : 0;
  const [richest = all[0], ...plainer] = all.slice(first);
  return richestTaken([richest, ...plainer], async (form) => {
    try {
      const result = await call(form());
      if (place !== undefined) taken.set(place, all.indexOf(form));
      return result;
    } catch (error) {
      throw channelError(error);
    }
  });
}

export async function post(
  sender: Sender,
  address: ThreadAddress,
  message: OutboundMessage,
  key: string,
): Promise<MessageId> {
  const streamed = await beginStream(sender, address, message, key);
  if (streamed !== undefined) return streamed;
  const { ts } = await inForms(sender, message, (content) =>
    sender.client.chat.postMessage({
      ...placeOf(address),
      ...content,
      metadata: metadataOf(key),
      unfurl_links: false,
      unfurl_media: false,
    }),
  );
  if (ts === undefined) throw new Error('Slack took the message and did not say which one it is');
  return ts;
}

export async function edit(
  sender: Sender,
  address: ThreadAddress,
  id: MessageId,
  message: OutboundMessage,
): Promise<void> {
  if (await growStream(sender, address, id, message)) return;
  const place = `${address.channel}/${id}`;
  await inForms(sender, message, (content) => update(sender, address, id, content), place);
}

async function update(
  { client, streams }: Sender,
  address: ThreadAddress,
  id: MessageId,
  content: Content,
): Promise<void> {
  const call = () => client.chat.update({ channel: address.channel, ts: id, ...content });
  try {
    await call();
  } catch (error) {
    // It was begun by a process before us.
    if (wordOf(error) !== 'streaming_state_conflict') throw error;
    await streams.stop(address, id);
    await call();
  }
}

/** The text that a stream can show now: what may still be taken back, a fence that closes, is left out. */
function streamable({
  kind,
  live,
  markdown,
  buttons,
  form,
  footnote,
  mention,
}: OutboundMessage): string | undefined {
  const more = buttons.length > 0 || form !== undefined || footnote !== undefined || mention !== undefined;
  if (kind !== 'text' || !live || more) return undefined;
  return neutral(markdown.replace(/\n[ \t>]*(`{3,}|~{3,})[ \t]*$/, ''));
}

/** Empty at first, so that a stream whose start is in doubt leaves no text behind. */
async function beginStream(
  sender: Sender,
  address: ThreadAddress,
  message: OutboundMessage,
  key: string,
): Promise<MessageId | undefined> {
  const text = streamable(message);
  if (text === undefined) return undefined;
  const id = await sender.streams.begin(address, key);
  if (id === undefined) return undefined;
  try {
    await edit(sender, address, id, message);
  } catch (error) {
    await mended(sender, address, id, message, error);
  }
  return id;
}

/** The message is there, and its first text need not wait for the second one. */
async function mended(
  sender: Sender,
  address: ThreadAddress,
  id: MessageId,
  message: OutboundMessage,
  error: unknown,
): Promise<void> {
  sender.called(error);
  if (isRateLimited(error)) return;
  await edit(sender, address, id, message).catch(sender.called);
}

/** Whether a stream shows it now. One that cannot is stopped. */
async function growStream(
  { streams }: Sender,
  address: ThreadAddress,
  id: MessageId,
  message: OutboundMessage,
): Promise<boolean> {
  if (!streams.isOpen(address, id)) return false;
  const text = streamable(message);
  if (text !== undefined && (await streams.grow(address, id, text))) return true;
  await streams.stop(address, id);
  return false;
}

export async function remove({ client }: Sender, { channel }: ThreadAddress, id: MessageId): Promise<void> {
  try {
    await client.chat.delete({ channel, ts: id });
  } catch (error) {
    if (wordOf(error) !== 'message_not_found') throw error;
  }
}
