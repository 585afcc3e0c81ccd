/** What is said to one person: by the address that came with their command, else as a message that only they see. */
import type { InboundEvent } from '../../src/core/channel.ts';
import { clip } from '../../src/core/clip.ts';
import { createRecent } from '../../src/lib/recent.ts';
import type { Client } from './client.ts';
import { channelError } from './failures.ts';
import { fallback } from './format.ts';
import { main, userOf } from './inbound.ts';
import { neutral } from './neutral.ts';

/** Sentences to one person only. */
export interface Whispers {
  /** The address that Slack gave for answers to this event: it works where the bot is no member as well. */
  expect(event: string, url: string | undefined): void;
  whisper(event: InboundEvent, text: string): Promise<void>;
  tell(to: Listener, text: string): Promise<void>;
}

interface Listener {
  readonly channel: string;
  readonly thread: string;
  readonly user: string;
}

export interface WhispersDeps {
  readonly client: Client;
  /** A call failed, or went well. */
  called(error?: unknown): void;
}

/** Addresses are good for 30 minutes; more than this many commands are not open at once. */
const mostUrls = 500;
const longest = 12_000;
const answerMs = 10_000;

export function createWhispers(deps: WhispersDeps): Whispers {
  const urls = createRecent<string, string>(mostUrls);
  return {
    expect(event, url) {
      if (url !== undefined) urls.set(event, url);
    },
    async whisper({ id, address, author }, text) {
      const url = urls.get(id);
      if (url !== undefined && (await responded(url, text))) return;
      return tell(deps, { channel: address.channel, thread: address.thread, user: userOf(author.id) }, text);
    },
    tell: (to, text) => tell(deps, to, text),
  };
}

function contentOf(markdown: string) {
  const text = clip(neutral(markdown), longest);
  return { text: fallback(markdown), blocks: [{ type: 'markdown' as const, text }] };
}

async function tell({ client, called }: WhispersDeps, { channel, thread, user }: Listener, text: string) {
  const place = thread === main ? { channel } : { channel, thread_ts: thread };
  try {
    await client.chat.postEphemeral({ ...place, user, ...contentOf(text) });
  } catch (error) {
    called(error);
    throw channelError(error);
  }
}

/** False: the address takes no answer now, so that it is told another way. An answer twice does less harm than none. */
async function responded(url: string, text: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', ...contentOf(text) }),
      signal: AbortSignal.timeout(answerMs),
    });
    return response.ok && isYes(await response.text());
  } catch {
    return false;
  }
}

/** Slack says `ok`, or JSON that says it; a page is not from Slack. */
function isYes(text: string): boolean {
  return text.trim() === 'ok' || /^\s*\{.*"ok"\s*:\s*true/s.test(text);
}
