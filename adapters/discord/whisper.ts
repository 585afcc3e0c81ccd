/** What is said to one person: as an answer to what they pressed, where Discord still takes one, else in private. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { InboundEvent } from '../../src/core/channel.ts';
import { platform } from './address.ts';
import type { RestCall } from './client.ts';
import { bodyOf, newBodyOf } from './content.ts';
import { channelError } from './failures.ts';
import type { Replies, Reply } from './replies.ts';
import type { Threads } from './threads.ts';

const ephemeral = 1 << 6;

interface WhisperDeps {
  readonly call: RestCall;
  readonly replies: Replies;
  readonly threads: Threads;
  now(): number;
}

/** To one person: what only they see, where they did something that Discord lets us answer so; else in private. */
export async function whisper(deps: WhisperDeps, event: InboundEvent, text: string): Promise<void> {
  const reply = deps.replies.take(event, deps.now());
  const body = bodyOf({ kind: 'notice', markdown: text, buttons: [], live: false, silent: true });
  try {
    if (reply === undefined) await answerByMessage(deps, event, text);
    else await answerPrivately(deps.call, reply, body);
  } catch (error) {
    throw channelError('whisper', error);
  }
}

async function answerPrivately(call: RestCall, reply: Reply, body: ReturnType<typeof bodyOf>): Promise<void> {
  await reply.acknowledged;
  const path: `/${string}` = `/webhooks/${reply.application}/${reply.token}`;
  if (reply.thinking) await call({ method: 'patch', path: `${path}/messages/@original`, body, open: true });
  else await call({ method: 'post', path, body: { ...body, flags: body.flags | ephemeral }, open: true });
}

const opened = z.object({ id: z.string() });

/** In private, with where it belongs; who takes no private messages is answered where they wrote. */
async function answerByMessage(deps: WhisperDeps, event: InboundEvent, text: string): Promise<void> {
  const { call, threads } = deps;
  const { channel, thread } = event.address;
  if (event.room === 'private') return say(call, thread, event, text);
  const user = event.author.id.slice(`${platform}:`.length);
  // A mention that is no thread yet stands in its channel.
  const place = threads.get(thread)?.unopened === true ? channel : thread;
  try {
    const chat = opened.parse(
      await call({ method: 'post', path: '/users/@me/channels', body: { recipient_id: user } }),
    );
    await say(call, chat.id, event, text, `\n-# <#${place}>`);
  } catch (error) {
    if (channelError('private message', error).failure.reason !== 'forbidden') throw error;
    await say(call, place, event, text);
  }
}

async function say(
  call: RestCall,
  channel: string,
  event: InboundEvent,
  text: string,
  below = '',
): Promise<void> {
  const body = newBodyOf({ kind: 'notice', markdown: text, buttons: [], live: false, silent: true });
  const nonce = createHash('sha256').update(`whisper:${event.id}:${text}`).digest('base64url').slice(0, 22);
  await call({
    method: 'post',
    path: `/channels/${channel}/messages`,
    body: { ...body, content: `${body.content}${below}`, nonce, enforce_nonce: true },
  });
}

/** The answer to a command stands in the thread, or none will come: its "is thinking" is over. */
export async function endThinking(call: RestCall, waiting: readonly Reply[]): Promise<void> {
  // What cannot be taken away goes by itself after fifteen minutes.
  await Promise.allSettled(
    waiting.map(async ({ application, token, acknowledged }) => {
      await acknowledged;
      await call({
        method: 'delete',
        path: `/webhooks/${application}/${token}/messages/@original`,
        open: true,
      });
    }),
  );
}
