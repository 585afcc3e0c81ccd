/**
 * A thread has to be there and open before anything is said in it: one that is not made yet, archived, locked, or
 * closed to us.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ThreadAddress } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import type { RestCall } from './client.ts';
import { suppressEmbeds } from './content.ts';
import { channelError, codeOf, codes } from './failures.ts';
import type { Threads } from './threads.ts';

const threadShape = z.object({ id: z.string() });

interface OpeningDeps {
  readonly call: RestCall;
  readonly threads: Threads;
}

/**
 * The channel to write to. A mention becomes a thread with the first thing that is said to it; the thread's id is the
 * message's, so opening it twice, also after a crash, opens it once.
 */
export async function opened({ call, threads }: OpeningDeps, address: ThreadAddress): Promise<string> {
  const { channel, thread } = address;
  const known = threads.get(thread);
  if (known?.unopened !== true) return thread;
  try {
    const answer = await call({
      method: 'post',
      path: `/channels/${channel}/messages/${thread}/threads`,
      body: { name: known.title },
    });
    threadShape.parse(answer);
  } catch (error) {
    if (codeOf(error) === codes.missingPermissions) await sayWhy(call, address);
    if (codeOf(error) !== codes.threadExists) throw channelError('open thread', error);
  }
  await threads.opened(thread);
  return thread;
}

const noThread =
  'I may not open a thread here, so I cannot answer. Give me the permission "Create Public Threads" in this channel and mention me again.';

async function sayWhy(call: RestCall, address: ThreadAddress): Promise<never> {
  try {
    await sayAbove(call, address, noThread);
  } catch (error) {
    throw channelError('say why no thread can be opened', error);
  }
  throw new ChannelError({ reason: 'forbidden' }, 'open thread: the bot lacks Create Public Threads');
}

/** Why nothing can be said in a thread, where people can do something about it. */
function closedBecause(code: number | undefined, thread: string): string | undefined {
  if (code === codes.locked)
    return `<#${thread}> is locked, so I cannot answer there. A moderator can unlock it; then say it again.`;
  if (code === codes.missingPermissions)
    return `I may not write in <#${thread}>, so I cannot answer there. Give me the permission "Send Messages in Threads" in this channel; then say it again.`;
  return undefined;
}

/** Said above a thread that is closed to us; where that is closed too, nothing can be said. */
export async function sayClosed(
  call: RestCall,
  address: ThreadAddress,
  code: number | undefined,
): Promise<void> {
  const sentence = closedBecause(code, address.thread);
  if (sentence !== undefined && address.channel !== address.thread)
    await Promise.allSettled([sayAbove(call, address, sentence)]);
}

/**
 * In the channel, as an answer to the message that the thread stands for: it is the only place left. The key keeps it
 * from being said again for each thing that could not be said.
 */
async function sayAbove(call: RestCall, { channel, thread }: ThreadAddress, content: string): Promise<void> {
  const nonce = createHash('sha256').update(`above:${thread}:${content}`).digest('base64url').slice(0, 22);
  const body = {
    content,
    flags: suppressEmbeds,
    allowed_mentions: { parse: [] },
    message_reference: { message_id: thread, fail_if_not_exists: false },
    nonce,
    enforce_nonce: true,
  };
  await call({ method: 'post', path: `/channels/${channel}/messages`, body });
}

/** Posts wake an archived thread by themselves; edits and deletions do not. */
export async function unarchived(
  call: RestCall,
  thread: string,
  change: () => Promise<unknown>,
): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (codeOf(error) !== codes.archived) throw error;
    await call({ method: 'patch', path: `/channels/${thread}`, body: { archived: false } });
    await change();
  }
}
