/** What was said in a thread before we were asked, and in gaps, read page by page over REST. */
import { z } from 'zod';
import type { MessageId, Said, ThreadAddress } from '../../src/core/channel.ts';
import type { RestCall } from './client.ts';
import { channelError } from './failures.ts';
import type { Identity } from './identity.ts';
import { saidIn } from './inbound.ts';
import type { Names } from './names.ts';
import { messageShape, type WireMessage } from './wire.ts';

interface HistoryDeps {
  readonly call: RestCall;
  readonly identity: Identity;
  readonly names: Names;
}

const pageSize = 100;
/** Messages of bots stand between; so far back it is looked for people, pages. */
const mostPages = 3;

/**
 * What people said in a thread before this message. A message that began its thread has nothing before it: what else
 * was said in the channel is no part of the conversation.
 */
export async function history(
  { call, identity, names }: HistoryDeps,
  { thread }: ThreadAddress,
  before: MessageId,
  limit: number,
): Promise<readonly Said[]> {
  const self = await identity.self().catch((error: unknown) => {
    throw channelError('get the bot', error);
  });
  const said: Said[] = [];
  let oldest = before;
  for (let page = 0; page < mostPages && said.length < limit && oldest !== thread; page += 1) {
    const messages = await pageBefore(call, thread, oldest);
    said.push(...messages.flatMap((message) => saidIn(message, { self, names }) ?? []));
    const last = messages.at(-1);
    if (last === undefined || messages.length < pageSize) break;
    oldest = last.id;
  }
  return said.slice(0, limit).toReversed();
}

/** Newest first, as Discord lists them. */
async function pageBefore(
  call: RestCall,
  thread: string,
  before: MessageId,
): Promise<readonly WireMessage[]> {
  try {
    const query = { before, limit: String(pageSize) };
    return messagesIn(await call({ method: 'get', path: `/channels/${thread}/messages`, query }));
  } catch (error) {
    throw channelError('list messages', error);
  }
}

/** One that is not as we know messages hides none of the others. */
export function messagesIn(page: unknown): readonly WireMessage[] {
  return z
    .array(z.unknown())
    .parse(page)
    .flatMap((one) => messageShape.safeParse(one).data ?? []);
}
