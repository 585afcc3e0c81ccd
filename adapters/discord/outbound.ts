/**
 * Messages of ours: made once whatever happens to the answer, changed in place, and posted anew where Discord takes
 * no more changes.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { MessageId, OutboundMessage, ThreadAddress } from '../../src/core/channel.ts';
import { richestTaken } from '../../src/core/ladder.ts';
import { formsOf } from '../../src/lib/forms.ts';
import type { ApiRequest, RestCall } from './client.ts';
import { type Body, bodyOf, formsOfBody, newBodyOf } from './content.ts';
import { channelError, codeOf, codes } from './failures.ts';
import type { Memory } from './memory.ts';
import { opened, sayClosed, unarchived } from './opening.ts';

/** What sending needs. */
export interface Sender extends Memory {
  readonly call: RestCall;
  now(): number;
}

const made = z.object({ id: z.string() });
/** What Discord says to a deletion, as the library gives it. */
const nothing = z.instanceof(ArrayBuffer).optional();

export async function post(
  sender: Sender,
  address: ThreadAddress,
  message: OutboundMessage,
  key: string,
): Promise<MessageId> {
  const earlier = sender.nonces.get(address.thread, key);
  if (earlier !== undefined) return earlier;
  await sender.forms.keep(formsOf(message), sender.now());
  const channel = await opened(sender, address);
  const rich = { ...newBodyOf(message), ...reference(sender, address, message.replyTo) };
  const id = await richestTaken(formsOfBody(message, rich), (body) =>
    create(sender, address, channel, { body }, key),
  );
  await sender.threads.joined(address, id);
  return id;
}

/** The starter of a thread stands in the channel above it, so that it cannot be answered from within. */
export function reference({ reposts }: Sender, { thread }: ThreadAddress, replyTo: MessageId | undefined) {
  if (replyTo === undefined || replyTo === thread) return {};
  return { message_reference: { message_id: reposts.current(replyTo), fail_if_not_exists: false } };
}

/** What is posted: its key keeps it from being posted twice. */
export async function create(
  { call, threads, nonces }: Sender,
  address: ThreadAddress,
  channel: string,
  { body, files }: { readonly body: Body; readonly files?: ApiRequest['files'] },
  key: string,
): Promise<MessageId> {
  try {
    const answer = await call({
      method: 'post',
      path: `/channels/${channel}/messages`,
      body: { ...body, nonce: key, enforce_nonce: true },
      ...(files === undefined ? {} : { files }),
    });
    const { id } = made.parse(answer);
    nonces.note(address.thread, key, id);
    return id;
  } catch (error) {
    if (codeOf(error) === codes.unknownChannel) await threads.forget(address.thread);
    // A file that may not be sent is no thread that is closed.
    if (files === undefined) await sayClosed(call, address, codeOf(error));
    throw channelError('create message', error);
  }
}

export async function edit(
  sender: Sender,
  address: ThreadAddress,
  first: MessageId,
  message: OutboundMessage,
): Promise<void> {
  await sender.forms.keep(formsOf(message), sender.now());
  const id = sender.reposts.current(first);
  const changed = await richestTaken(formsOfBody(message, bodyOf(message)), (body) =>
    change(sender, address, id, body),
  );
  if (!changed) await repost(sender, address, { first, id }, message);
}

/** False: the message takes no more changes. */
async function change({ call }: Sender, address: ThreadAddress, id: MessageId, body: Body): Promise<boolean> {
  try {
    await unarchived(call, address.thread, async () =>
      made.parse(await call({ method: 'patch', path: pathOf(address, id), body })),
    );
    return true;
  } catch (error) {
    if (codeOf(error) === codes.lateEdits) return false;
    throw channelError('edit message', error);
  }
}

function pathOf({ thread }: ThreadAddress, id: MessageId): `/${string}` {
  return `/channels/${thread}/messages/${id}`;
}

/**
 * A message that takes no more changes is made anew below, and the old one taken away. The key is made of the old
 * one's id, so that a second try after a crash yields the same message.
 */
async function repost(
  sender: Sender,
  address: ThreadAddress,
  { first, id }: { readonly first: MessageId; readonly id: MessageId },
  message: OutboundMessage,
): Promise<void> {
  const key = createHash('sha256').update(`renewed:${id}`).digest('base64url').slice(0, 22);
  const body = newBodyOf({ ...message, silent: true });
  const current = await create(sender, address, address.thread, { body }, key);
  await sender.reposts.reposted(first, current, sender.now());
  await removeById(sender, address, id);
}

export function remove(sender: Sender, address: ThreadAddress, first: MessageId): Promise<void> {
  return removeById(sender, address, sender.reposts.current(first));
}

async function removeById({ call }: Sender, address: ThreadAddress, id: MessageId): Promise<void> {
  try {
    await unarchived(call, address.thread, async () =>
      nothing.parse(await call({ method: 'delete', path: pathOf(address, id) })),
    );
  } catch (error) {
    const failed = channelError('delete message', error);
    if (failed.failure.reason !== 'gone') throw failed;
  }
}

/** Threads of people keep the names that people gave them; Discord takes two names in ten minutes. */
export async function entitle(
  { call, threads }: Sender,
  address: ThreadAddress,
  name: string,
): Promise<void> {
  const { channel, thread } = address;
  if (channel === thread || threads.get(thread)?.unopened === true) return;
  try {
    await unarchived(call, thread, async () =>
      made.parse(await call({ method: 'patch', path: `/channels/${thread}`, body: { name } })),
    );
  } catch (error) {
    if (codeOf(error) !== codes.missingPermissions) throw channelError('rename thread', error);
  }
}
