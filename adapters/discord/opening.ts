import { createHash } from 'node:crypto';
import type { ThreadAddress } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import type { Call } from './client.ts';
import { suppressEmbeds } from './content.ts';
import { channelError, codeOf, codes } from './failures.ts';
import type { Threads } from './threads.ts';

interface Opener {
  readonly call: Call;
  readonly threads: Threads;
}

/**
 * The channel to write to. A mention becomes a thread with the first thing that is said to it; the thread's id is the
 * message's, so opening it twice, also after a crash, opens it once.
 */
export async function opened({ call, threads }: Opener, { channel, thread }: ThreadAddress): Promise<string> {
  const known = threads.get(thread);
  if (known?.unopened !== true) return thread;
  try {
    await call({
      method: 'post',
      path: `/channels/${channel}/messages/${thread}/threads`,
      body: { name: known.title },
    });
  } catch (error) {
    if (codeOf(error) === codes.missingPermissions) await sayWhy(call, channel, thread);
    if (codeOf(error) !== codes.threadExists) throw channelError('open thread', error);
  }
  await threads.opened(thread);
  return thread;
}

const sentence =
  'I may not open a thread here, so I cannot answer. Give me the permission "Create Public Threads" in this channel and mention me again.';

/** In the channel, as an answer to the mention: it is the only place left. The key keeps it from being said again. */
async function sayWhy(call: Call, channel: string, mention: string): Promise<never> {
  const nonce = createHash('sha256').update(`no thread:${mention}`).digest('base64url').slice(0, 22);
  const body = {
    content: sentence,
    flags: suppressEmbeds,
    allowed_mentions: { parse: [] },
    message_reference: { message_id: mention, fail_if_not_exists: false },
    nonce,
    enforce_nonce: true,
  };
  try {
    await call({ method: 'post', path: `/channels/${channel}/messages`, body });
  } catch (error) {
    throw channelError('say why no thread can be opened', error);
  }
  throw new ChannelError({ reason: 'forbidden' }, 'open thread: the bot lacks Create Public Threads');
}

/** Posts wake an archived thread by themselves; edits and deletions do not. */
export async function unarchived(call: Call, thread: string, change: () => Promise<unknown>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (codeOf(error) !== codes.archived) throw error;
    await call({ method: 'patch', path: `/channels/${thread}`, body: { archived: false } });
    await change();
  }
}
